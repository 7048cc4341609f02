"""Any table comes back exactly, and any damage is either seen or stays in the row that it hit."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl_assets.connectors.files import records
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets_tests.connectors.files.landed_files import Read

NAMES = "uvwxyz"
CELLS = st.one_of(
    st.sampled_from(["", "word", "007", "1"]),
    st.lists(
        st.sampled_from(["a", " ", "é", "😀", "\ufeff", "\n", "\r\n", "\r", ",", '"', '""', "x,y", '",', '\n"']),
        max_size=5,
    ).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
DAMAGES = [b'"', b'"', b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"x", b"\0", b"\xff"]


@dataclass(frozen=True)
class Table:
    """A table as Python writes it."""

    width: int
    rows: list[list[str]]
    quoting: int
    line_end: str

    @property
    def texts(self) -> list[bytes]:
        """The text of each row."""
        return [self._written(row) for row in self.rows]

    @property
    def cells(self) -> list[list[str | None]]:
        """What should be read: without quotes an empty cell is NULL; Python quotes it when it is the row's only one."""
        bare = self.quoting == csv.QUOTE_MINIMAL and self.width > 1
        return [[None if bare and cell == "" else cell for cell in row] for row in self.rows]

    @property
    def names(self) -> str:
        """The columns."""
        return NAMES[: self.width]

    def _written(self, row: list[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, quoting=self.quoting, lineterminator=self.line_end).writerow(row)  # type: ignore[arg-type] # an int
        return text.getvalue().encode()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables without what the format cannot tell apart.

    That is a byte order mark or a header that is none, and a carriage return that Python leaves bare between LF.
    """
    width = draw(st.integers(1, 4))
    table = Table(
        width=width,
        rows=draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)),
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
        line_end=draw(st.sampled_from(["\r\n", "\n"])),
    )
    assume(not table.texts[0].startswith("\ufeff".encode()))
    assume(
        table.quoting == csv.QUOTE_ALL
        or table.line_end == "\r\n"
        or not any("\r" in cell for row in table.rows for cell in row)
    )
    assume([cell.strip().lower() for cell in table.rows[0]] != list(table.names))
    return table


@pytest.fixture(params=[1, 7, 64, records.BLOCK_BYTES], ids=lambda size: f"blocks of {size}")
def _block(request: pytest.FixtureRequest) -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(records, "BLOCK_BYTES", request.param)
    patch.setattr(records, "RETRY_BYTES", max(request.param // 4, 1))
    yield
    patch.undo()


def lines_of(texts: list[bytes]) -> list[int]:
    """The line in which each row begins."""
    return [1 + b"".join(texts[:number]).count(b"\n") for number in range(len(texts))]


@pytest.mark.usefixtures("_block")
@settings(deadline=None)
@given(tables())
def test_a_table_that_python_writes_comes_back_exactly(table: Table) -> None:
    read = Read(b"".join(table.texts), table.names)
    assert read.good == table.cells
    assert read.lines == lines_of(table.texts)
    assert read.rows == list(range(1, len(table.rows) + 1))


@pytest.mark.usefixtures("_block")
@settings(deadline=None, max_examples=300)
@given(tables(), st.data())
def test_one_damage_never_changes_another_row(table: Table, data: st.DataObject) -> None:
    texts = table.texts
    hit = data.draw(st.integers(0, len(texts) - 1), "row")
    damaged = damage(texts[hit], data)
    text = b"".join([*texts[:hit], damaged, *texts[hit + 1 :]])
    assume(not text.startswith("\ufeff".encode()))
    try:
        read = Read(text, table.names)
    except Unreadable:
        return
    touched = {hit} if damaged.endswith(b"\n") else {hit, hit + 1}
    moved = damaged.count(b"\n") - texts[hit].count(b"\n")
    lines = [line + (moved if number > hit else 0) for number, line in enumerate(lines_of(texts))]
    untouched = {lines[number]: table.cells[number] for number in range(len(texts)) if number not in touched}
    stretch = b"".join([damaged, *texts[hit + 1 : hit + len(touched)]])
    end = lines[hit] + stretch.count(b"\n") + (not stretch.endswith(b"\n"))
    for row in read.raw:
        if row["_problem"] is None and not lines[hit] <= row["_line"] < end:
            assert [row[name] for name in table.names] == untouched.get(row["_line"])
    assert not lost(read, set(untouched))


def damage(text: bytes, data: st.DataObject) -> bytes:
    """A byte put in, taken out or replaced."""
    place = data.draw(st.integers(0, len(text)), "place")
    kind = data.draw(st.sampled_from(["put in", "take out", "replace"]), "kind")
    new = b"" if kind == "take out" else data.draw(st.sampled_from(DAMAGES), "byte")
    return text[:place] + new + text[place + (kind != "put in") :]


def lost(read: Read, lines: set[int]) -> set[int]:
    """The lines that are neither a row's beginning nor in the text of a problem."""
    for row in read.raw:
        lines -= set(range(row["_line"], row["_line"] + 1 + (row["_raw"] or "").count("\n")))
    return lines

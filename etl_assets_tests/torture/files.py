"""The probes of files.yaml, and the files themselves."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from openpyxl import Workbook

from etl_assets.datasets import Csv, Dataset, Excel, FilePattern, Json, Parquet
from etl_assets.schema import Column
from etl_assets_tests.torture.packed import gzipped, zstd

FORMS: Final = ("csv", "plain", "lines", "document", "parquet", "excel")
FILES: Final = Dataset(
    name="torture/staging/files",
    columns=(Column("id", "bigint"), Column("t", null_texts=())),
    key=("id",),
    files=(
        FilePattern(pattern="csv/*", format=Csv(header=True)),
        FilePattern(pattern="plain/*", format=Csv()),
        FilePattern(pattern="lines/*", format=Json(lines=True)),
        FilePattern(pattern="document/*", format=Json()),
        FilePattern(pattern="parquet/*", format=Parquet()),
        FilePattern(pattern="excel/*", format=Excel()),
    ),
    max_bad_share=1.0,
)
BATCH: Final = 100
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class FileProbe:
    """A file in one format, and what is right for it.

    Args:
        batch: The number of a hundred ids; no other file has such.
        path: Where it lands.
        what: What is odd about it.
        form: The format.
        content: Its bytes.
        rows: What is in the warehouse, by id.
        held: The reason in the quarantine, by line.
        refused: Why the whole file is in the quarantine; empty when it is not.
        notes: What is noted of it.
        bound: Whether it is held back only because this project bounds what it reads.
    """

    batch: int
    path: str
    what: str
    form: str
    content: bytes
    rows: dict[int, str | None]
    held: dict[int, str] = field(default_factory=dict)
    refused: str = ""
    notes: tuple[str, ...] = ()
    bound: bool = False


class _Made(str):
    """The name of what makes a content."""

    __slots__ = ()


class _Loader(yaml.SafeLoader):
    """YAML with ``!made``."""


_Loader.add_constructor("!made", lambda _, node: _Made(node.value))


def file_probes() -> Iterator[FileProbe]:
    """Every file in every format that is asked for."""
    text = Path(__file__).with_name("files.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with one more word
    for number, told in enumerate(found, 1):
        for form, content in told["in"].items():
            said = {**told, **told.get("but", {}).get(form, {})}
            batch = number * len(FORMS) + FORMS.index(form)
            base = batch * BATCH
            yield FileProbe(
                batch=batch,
                path=f"{form}/{number:03}",
                what=told["what"],
                form=form,
                content=_packed(_bytes(said, form, content, base), said.get("then", [])),
                rows={base + n: text for n, text in said.get("rows", {}).items()},
                held=said.get("held", {}),
                refused=said.get("file", ""),
                notes=tuple(said.get("notes", ())),
                bound=bool(said.get("bound")),
            )


def _bytes(said: Mapping[str, Any], form: str, content: str, base: int) -> bytes:
    if isinstance(content, _Made):
        return {"parquet": _PARQUET, "excel": _BOOKS, "csv": _TEXTS, "lines": _LINES}[form][content](base)
    for n in range(1, 10):
        content = content.replace(f"<{n}>", str(base + n))
    return content.encode(said.get("bytes", "utf-8"))


def _packed(content: bytes, steps: list[str]) -> bytes:
    for step in steps:
        name, _, more = step.partition(" ")
        half = len(content) // 2
        content = {
            "gzip": lambda c=content, m=more, h=half: gzipped(c[:h]) + gzipped(c[h:]) if m else gzipped(c),
            "zstd": lambda c=content, m=more, h=half: zstd(c[:h]) + zstd(c[h:]) if m else zstd(c),
            "cut": lambda c=content, m=more: c[: -int(m)],
            "flip": lambda c=content, m=more: _flipped(c, len(c) - int(m)),
            "add": lambda c=content, m=more: c + m.encode(),
        }[name]()
    return content


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _table(base: int, texts: list[str | None], title: str = "t", **more: Any) -> pa.Table:  # noqa: ANN401 - columns
    ids = pa.array([base + n for n in range(1, len(texts) + 1)], pa.int64())
    return pa.table({"id": ids, title: pa.array(texts, pa.string()), **more})


def _parquet(table: pa.Table, **options: Any) -> bytes:  # noqa: ANN401 - the writer's own
    held = io.BytesIO()
    pq.write_table(table, held, **options)
    return held.getvalue()


def _latin_1(base: int) -> bytes:
    held = pa.array([b"a", b"caf\xe9", b"c"], pa.binary()).view(pa.string())
    return _parquet(pa.table({"id": pa.array([base + 1, base + 2, base + 3]), "t": held}))


def _map_twice(base: int) -> bytes:
    kind = pa.map_(pa.string(), pa.int64())
    return _parquet(pa.table({"id": [base + 1, base + 2], "t": pa.array([[("k", 1)], [("k", 1), ("k", 2)]], kind)}))


def _no_key(base: int) -> bytes:
    return _parquet(pa.table({"id": pa.array([None, base + 2], pa.int64()), "t": ["a", "b"]}))


def _alike(base: int) -> bytes:
    return _parquet(pa.table([pa.array([base + 1]), pa.array(["a"]), pa.array(["b"])], names=["id", "t", "t"]))


def _damaged_page(base: int) -> bytes:
    """A page that gzip packed; its own sum does not fit."""
    content = _parquet(_table(base, ["abc" * 1000]), compression="gzip", use_dictionary=False)
    return _flipped(content, content.index(b"\x1f\x8b", 200) + 40)


def _wrong_sum(base: int) -> bytes:
    table = _table(base, ["a unique text"])
    content = _parquet(
        table, compression="none", use_dictionary=False, write_page_checksum=True, write_statistics=False
    )
    return _flipped(content, content.index(b"a unique text"))


_PARQUET: Final[dict[str, Callable[[int], bytes]]] = {
    "nothing": lambda _: b"",
    "text": lambda _: b"id,t\n1,a\n",
    "header_only": lambda base: _parquet(_table(base, [])),
    "missing": lambda base: _parquet(_table(base, ["a"], "u")),
    "other_case": lambda base: _parquet(_table(base, ["a"], "T")),
    "extra": lambda base: _parquet(_table(base, ["a"], x=pa.array([9]))),
    "cut": lambda base: _parquet(_table(base, ["a"]))[:-9],
    "latin_1": _latin_1,
    "map_twice": _map_twice,
    "no_key": _no_key,
    "alike": _alike,
    "flipped": _damaged_page,
    "checksum": _wrong_sum,
}


def _bomb(base: int) -> bytes:
    row = b"%d," % (base + 1) + b"x" * _MEGABYTE + b"\n"
    return b"id,t\n" + row * 120


def _bomb_lines(base: int) -> bytes:
    return (b'{"id":%d,"t":"' % (base + 1) + b"x" * _MEGABYTE + b'"}\n') * 120


def _surrogates(base: int) -> bytes:
    return b"id,t\n%d,a\n%d,\xed\xa0\xbd\xed\xb8\x80\n" % (base + 1, base + 2)


def _surrogate_lines(base: int) -> bytes:
    lines = b'{"id":%d,"t":"a"}\n{"id":%d,"t":"\xed\xa0\xbd\xed\xb8\x80"}\n'
    return lines % (base + 1, base + 2)


_TEXTS: Final[dict[str, Callable[[int], bytes]]] = {"bomb": _bomb, "surrogates": _surrogates}
_LINES: Final[dict[str, Callable[[int], bytes]]] = {"bomb": _bomb_lines, "surrogates": _surrogate_lines}


def _book(*rows: list[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _failing(base: int, old: bytes, new: bytes) -> bytes:
    """A workbook whose cell B3 is written otherwise."""
    made = _book(["id", "t"], [base + 1, "a"], [base + 2, 12345])
    return _rewritten(made, lambda sheet: sheet.replace(old, new))


def _rewritten(book: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content) if name == "xl/worksheets/sheet1.xml" else content)
    return held.getvalue()


def _damaged_part(base: int) -> bytes:
    """A workbook with a sheet that is stored as it is, in which a letter is another one."""
    book = _book(["id", "t"], [base + 1, "a"])
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    content = held.getvalue()
    return _flipped(content, content.index(b"<sheetData>") + len(b'<sheetData><row r="'))


_BOOKS: Final[dict[str, Callable[[int], bytes]]] = {
    "nothing": lambda _: b"",
    "text": lambda _: b"id,t\n1,a\n",
    "header_only": lambda _: _book(["id", "t"]),
    "missing": lambda base: _book(["id", "u"], [base + 1, "a"]),
    "extra": lambda base: _book(["x", "t", "id"], [9, "a", base + 1]),
    "alike": lambda base: _book(["id", "t", "t"], [base + 1, "a", "b"]),
    "no_key": lambda base: _book(["id", "t"], [None, "a"], [base + 2, "b"]),
    "mixed": lambda base: _book(["id", "t"], [base + 1, 1], [base + 2, "1"], [base + 3, True], [True, "b"]),
    "cut": lambda base: _book(["id", "t"], [base + 1, "a"])[:-30],
    "error": lambda base: _failing(base, b'r="B3" t="n"><v>12345</v>', b'r="B3" t="e"><v>#DIV/0!</v>'),
    "formula": lambda base: _failing(base, b"<v>12345</v>", b"<f>1+1</f><v/>"),
    "bomb": lambda base: _rewritten(_book(["id"], [base]), lambda sheet: sheet + b" " * 130 * _MEGABYTE),
    "flipped": _damaged_part,
}


def write_files(folder: Path, found: list[FileProbe]) -> None:
    """Let all files land."""
    for probe in found:
        path = folder / probe.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(probe.content)

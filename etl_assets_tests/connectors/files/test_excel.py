"""Workbooks: each value has one text, and a cell without a value of its own is a problem of its row."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl_assets.connectors.files import workbook
from etl_assets.connectors.files.excel import ExcelReader
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Excel
from etl_assets.schema import Column

NOON = datetime(2020, 1, 2, 12, 0, 0, 250_000)  # noqa: DTZ001 - a workbook's times have no zone
MIDNIGHT = datetime(2020, 1, 2)  # noqa: DTZ001 - as above


def book(*rows: Sequence[object], edit: Callable[[Worksheet], object] | None = None, title: str = "SLA") -> bytes:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if edit:
        edit(sheet)
    made.create_sheet("Other").append(["other"])
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def read(
    content: bytes, columns: Sequence[Column] = (Column("a"), Column("b")), sheet: str | None = None
) -> list[dict[str, Any]]:
    batches = ExcelReader(content, columns, Excel(sheet=sheet)).batches(0)
    return sorted((row for batch in batches for row in batch.to_pylist()), key=lambda row: row["_row"])


def text_of(value: object, kind: str = "text") -> str | None:
    return read(book(["a", "b"], [value, "x"]), [Column("a", kind), Column("b")])[0]["a"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        (" x ", " x "),
        ("é\n😀", "é\n😀"),
        (7, "7"),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (1.1, "1.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (123456789012345, "123456789012345"),
        (True, "true"),
        (False, "false"),
        (None, None),
        (time(3, 4, 5), "03:04:05"),
        (timedelta(hours=30, minutes=1, seconds=2), "30:01:02"),
        (date(2020, 1, 2), "2020-01-02"),
        (NOON, "2020-01-02 12:00:00.250000"),
    ],
)
def test_a_value_has_one_text(value: object, text: str | None) -> None:
    assert text_of(value) == text


def test_midnight_is_a_day_unless_a_timestamp_is_declared() -> None:
    assert [text_of(MIDNIGHT, kind) for kind in ("text", "date", "timestamp")] == [
        "2020-01-02",
        "2020-01-02",
        "2020-01-02 00:00:00",
    ]
    assert text_of(date(2020, 1, 2), "timestamp") == "2020-01-02 00:00:00"
    assert text_of(NOON, "date") == "2020-01-02 12:00:00.250000"


def test_columns_are_found_by_their_titles_and_rows_keep_their_line() -> None:
    rows = read(book(["b", "a"], [1, 2], [None, None], [3, 4]))
    assert [(row["a"], row["b"], row["_row"], row["_line"]) for row in rows] == [("2", "1", 1, 2), ("4", "3", 3, 4)]


def test_the_first_sheet_is_read_or_the_one_that_is_named() -> None:
    content = book(["a", "b"], [1, 2], title="S & 'T'")
    assert len(read(content)) == len(read(content, sheet="S & 'T'")) == 1
    with pytest.raises(Unreadable, match="it has no sheet 'SLA'"):
        read(content, sheet="SLA")
    with pytest.raises(Unreadable, match="the columns 'a', 'b' are missing"):
        read(content, sheet="Other")


def test_a_column_without_a_title_counts_only_if_it_holds_something() -> None:
    reader = ExcelReader(book(["a", "b", None, None], [1, 2, None, "note"]), (Column("a"), Column("b")), Excel())
    batch = next(reader.batches(0))
    assert batch.to_pylist()[0]["column_3"] == "note"
    assert reader.notes == ["Kept but not declared: the columns column_3."]
    assert read(book(["a", "b", None, None], [1, 2, None, None]))[0].keys() == read(book(["a", "b"], [1, 2]))[0].keys()


def _error(sheet: Worksheet) -> None:
    sheet["B3"].value = "#DIV/0!"
    assert sheet["B3"].data_type == "e"


def _formula(sheet: Worksheet) -> None:
    sheet["B3"] = "=1/0"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [(_error, "its cell B3 shows an error"), (_formula, "its cell B3 has a formula that was not computed")],
)
def test_a_cell_without_a_value_of_its_own_is_a_problem_of_its_row(
    edit: Callable[[Worksheet], object], reason: str
) -> None:
    first, second, third = read(book(["a", "b"], [1, 2], [3, 4], [5, 6], edit=edit))
    assert (first["b"], second["b"], third["b"]) == ("2", None, "6")
    assert (second["_row"], second["_line"], second["_problem"], second["_raw"]) == (2, 3, reason, "3 | ")


def test_a_text_that_looks_like_an_error_is_a_text() -> None:
    content = _edited(book(["a", "b"], ["x", "error"]), "xl/worksheets/sheet1.xml", b"<t>error</t>", b"<t>#DIV/0!</t>")
    assert [(row["b"], row["_problem"]) for row in read(content)] == [("#DIV/0!", None)]


def test_a_header_only_and_an_empty_file_are_said() -> None:
    for content, note in ((book(["a", "b"]), "It has a header only."), (b"", "It is empty.")):
        reader = ExcelReader(content, (Column("a"), Column("b")), Excel())
        assert (list(reader.batches(0)), reader.notes) == ([], [note])


def _edited(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The same workbook with one of its files changed."""
    edited = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(edited, "w") as target:
        for member in source.namelist():
            data = source.read(member)
            assert member != name or old in data
            target.writestr(member, data.replace(old, new) if member == name else data)
    return edited.getvalue()


WHOLE = book(["a", "b"], [1, 2])
STORED = _edited(WHOLE, "xl/workbook.xml", b"", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:1000] + b"\0" * 200 + WHOLE[1200:],
        _edited(WHOLE, "xl/workbook.xml", b"<sheet ", b"<shoot "),
        _edited(WHOLE, "xl/worksheets/sheet1.xml", b"<sheetData>", b"\xff"),
        _edited(WHOLE, "xl/_rels/workbook.xml.rels", b"rId1", b"rId9"),
        _edited(WHOLE, "xl/worksheets/sheet1.xml", b'r="A1"', b'r="!!"'),
        STORED.replace(b"<v>2</v>", b"<v>3</v>"),
    ],
    ids=["text", "truncated", "overwritten", "no sheet", "not UTF-8", "no part", "no cell", "another value"],
)
def test_a_damaged_workbook_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


def test_a_workbook_that_unpacks_to_too_much_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "RATIO_FROM_BYTES", 1000)
    monkeypatch.setattr(workbook, "MAX_RATIO", 2)
    with pytest.raises(Unreadable, match="it unpacks to"):
        read(book(["a", "b"], *([[1, 2]] * 2000)))

"""JSON files: every value's text as it is written, and what cannot be told is refused with a reason."""

import io
from collections.abc import Sequence
from typing import Any

import pytest

from etl_assets.connectors.files import json as json_files
from etl_assets.connectors.files import jsonarray
from etl_assets.connectors.files.json import JsonReader
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import END_OF_TIME, Json
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column

COLUMNS = (Column("number", header="n"), Column("name"))
LINES = Json(lines=True)
RATES = Json(records="rates", entries=("currency", "rate"))


def read(text: bytes | str, form: Json = LINES, columns: Sequence[Column] = COLUMNS) -> list[dict[str, Any]]:
    """Every row of a file."""
    content = text.encode() if isinstance(text, str) else text
    reader = JsonReader(io.BytesIO(content), columns, form)
    return [row for batch in reader.batches(0) for row in batch.to_pylist()]


def cells(text: bytes | str, form: Json = LINES) -> list[tuple[str | None, ...]]:
    return [(row["number"], row["name"]) for row in read(text, form)]


def problems(text: bytes | str, form: Json = LINES) -> list[tuple[int, int, str | None]]:
    return [(row["_row"], row["_line"], row["_problem"]) for row in read(text, form)]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1", "1"),
        ("0.10", "0.10"),
        ("1.2678000000000000001", "1.2678000000000000001"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1e400", "1e400"),
        ("-0", "-0"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('"a\\u00e9\\ud83d\\ude00"', "aé😀"),
        ('"null"', "null"),
        ('{"b": [1.50, null, "x"], "a": {}}', '{"b": [1.50, null, "x"], "a": {}}'),
        ("[]", "[]"),
        ("[" * 99 + "]" * 99, "[" * 99 + "]" * 99),
    ],
)
def test_a_value_s_text_is_what_is_written(written: str, text: str | None) -> None:
    assert cells(f'{{"n": {written}, "name": "x"}}') == [(text, "x")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"n": 1, "n": 1, "name": ""}', "it has the field 'n' twice"),
        ('{"n": {"a": 1, "a": 2}, "name": ""}', "it has the field 'a' twice"),
        ('{"n": NaN, "name": ""}', "NaN is no number of JSON"),
        ('{"n": [-Infinity], "name": ""}', "-Infinity is no number of JSON"),
        ('{"n": "\\ud800", "name": ""}', "it has half a character"),
        ('{"n": "a\\u0000b", "name": ""}', "it has a NUL byte"),
        ('{"name": ""}', "it has no field 'n'"),
        ("[1]", "it is no object"),
        ('{"n": 1, "name": "x"', "Expecting ',' delimiter at character 21"),
        ('{"n": 01, "name": ""}', "Expecting ',' delimiter at character 8"),
        ("", "an empty line"),
        (b'{"n": "\xff", "name": ""}', "it is not UTF-8"),
        ('{"n": ' + "[" * 100_000 + "]" * 100_000 + ', "name": ""}', "its values are nested too deeply"),
        ('{"n": ' + "[" * 900 + "]" * 900 + ', "name": ""}', "its values are nested too deeply"),
        ('{"n": ' + "[" * 101 + "]" * 101 + ', "name": ""}', "its values are nested too deeply"),
    ],
)
def test_an_ill_formed_line_says_why_and_the_others_are_read(line: str | bytes, problem: str) -> None:
    text = line.encode() if isinstance(line, str) else line
    good = b'{"n": 1, "name": "x"}\n'
    found = read(good + text + b"\n" + good)
    assert sorted((row["_row"], row["_line"], row["_problem"]) for row in found) == [
        (1, 1, None),
        (2, 2, problem),
        (3, 3, None),
    ]


def test_a_line_that_is_cut_off_at_the_end_of_the_file_is_a_problem_of_its_own() -> None:
    assert problems('{"n": 1, "name": "x"}\n{"n": 2, "na') == [
        (1, 1, None),
        (2, 2, "Unterminated string starting at character 10"),
    ]


def test_an_ill_formed_record_keeps_its_text() -> None:
    (row,) = read('{"n": NaN, "name": "é"}')
    assert (row["_raw"], row["number"], row["name"]) == ('{"n": NaN, "name": "é"}', None, None)


def test_fields_that_are_not_declared_are_kept_together_and_named() -> None:
    reader = JsonReader(io.BytesIO(b'{"n": 1, "z": 0.10, "name": "x", "a": [1]}\n{"n": 2, "name": ""}'), COLUMNS, LINES)
    rows = [row for batch in reader.batches(0) for row in batch.to_pylist()]
    assert [row["other_fields"] for row in rows] == ['{"z": 0.10, "a": [1]}', None]
    assert reader.notes == ["Kept but not declared: the fields a, z."]


def test_a_field_may_be_absent_where_that_is_declared_or_the_column_is_of_a_later_time() -> None:
    assert cells('{"n": 1}', Json(lines=True, absent_is_null=True)) == [("1", None)]
    later = (COLUMNS[0], Column("name", since=END_OF_TIME))
    assert [row["name"] for row in read('{"n": 1}', columns=later)] == [None]


def test_an_array_of_objects_and_one_inside_a_document() -> None:
    records = '[{"n": 1, "name": "x"}, {"n": 2, "name": null}, 3]'
    expected = [("1", "x"), ("2", None), (None, None)]
    assert cells(records, Json()) == expected
    assert cells(f'{{"page": 1, "rows": {records}}}', Json(records="rows")) == expected
    assert problems(records, Json())[2] == (3, 1, "it is no object")


def test_a_document_may_be_one_record_on_however_many_lines() -> None:
    one = Json(single=True)
    assert cells('\n{\n  "n": 1.50,\n  "name": "x"\n}\n', one) == [("1.50", "x")]
    assert problems('{"n": NaN, "name": "x"}', one) == [(1, 1, "NaN is no number of JSON")]
    assert problems('[{"n": 1, "name": "x"}]', one) == [(1, 1, "it is no object")]


def test_entries_are_records_beside_the_document_s_other_fields() -> None:
    columns = tuple(Column(name) for name in ("base", "date", "currency", "rate"))
    text = '{"base": "GBP", "rates": {"USD": 1.2700, "EUR": 1.2}, "date": "2024-01-02"}'
    found = [tuple(row[column.name] for column in columns) for row in read(text, RATES, columns)]
    assert found == [("GBP", "2024-01-02", "USD", "1.2700"), ("GBP", "2024-01-02", "EUR", "1.2")]


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ('[{"n": 1', Json(), "it cannot be read as JSON: Expecting ',' delimiter at character 9"),
        ('{"n": 1}', Json(), "it is no array of records"),
        ("[1] [2]", Json(), "Extra data at character 5"),
        ('{"n": 1, "name": "x"}\n{"n": 2, "name": "y"}', Json(single=True), "Extra data at character 23"),
        ('{"n": 1', Json(single=True), "it cannot be read as JSON: Expecting ',' delimiter at character 8"),
        (b'["\xff"]', Json(), "it is not UTF-8"),
        ('{"rows": 1}', Json(records="rows"), "its field 'rows' is no array of records"),
        ('{"row": []}', Json(records="rows"), "it has no field 'rows'"),
        ('{"rows": [], "rows": []}', Json(records="rows"), "it has the field 'rows' twice"),
        ("[]", Json(records="rows"), "it is no object"),
        ('{"rates": [1]}', RATES, "its field 'rates' is no object"),
        ('{"rates": {"USD": 1, "USD": 2}}', RATES, "it has the field 'USD' twice"),
    ],
)
def test_a_document_whose_records_cannot_be_told_apart_is_refused(text: str | bytes, form: Json, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"{reason}$"):
        read(text, form)


def test_lines_of_documents_are_ill_formed_each_by_itself() -> None:
    form = Json(lines=True, records="rates", entries=("n", "name"))
    assert problems('{"rates": {"USD": 1}}\n{"rates": 2}\n{"rates": {"USD": 3}}', form) == [
        (1, 1, None),
        (3, 3, None),
        (2, 2, "its field 'rates' is no object"),
    ]


def test_a_byte_order_mark_is_dropped_and_an_empty_file_has_no_rows() -> None:
    assert cells(b'\xef\xbb\xbf{"n": 1, "name": "x"}\r\n') == [("1", "x")]
    assert cells(b'\xef\xbb\xbf[{"n": 1, "name": "x"}]', Json()) == [("1", "x")]
    for form in (LINES, Json()):
        reader = JsonReader(io.BytesIO(b""), COLUMNS, form)
        assert ([*reader.batches(0)], reader.notes) == ([], ["It is empty."])


def test_large_files_come_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "BATCH_RECORDS", 2)
    monkeypatch.setattr(json_files, "BLOCK_BYTES", 45)
    records = [f'{{"n": {n}, "name": ""}}' for n in range(5)]
    monkeypatch.setattr(jsonarray, "BLOCK_BYTES", 45)
    array = f"[{','.join(records)}]"
    for text, form in (
        ("\n".join(records), LINES),
        (array, Json()),
        (f'{{"rows": {array}}}', Json(records="rows")),
    ):
        reader = JsonReader(io.BytesIO(text.encode()), COLUMNS, form)
        assert [batch.num_rows for batch in reader.batches(0)] == [2, 2, 1]


def test_what_does_not_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "HELD_BYTES", 10)
    monkeypatch.setattr(json_files, "BLOCK_BYTES", 6)
    monkeypatch.setattr(json_files, "DOCUMENT_BYTES", 10)
    with pytest.raises(Unreadable, match="the record in line 1 does not end within"):
        read('{"n": 1, "name": "x"')
    with pytest.raises(Unreadable, match="JSON lines may be of any size"):
        read('[{"n": 1, "name": "x"}]', Json())


def test_entries_need_a_field_that_holds_them() -> None:
    with pytest.raises(DeclarationError, match="entries and no records"):
        Json(entries=("a", "b"))


@pytest.mark.parametrize("other", [{"lines": True}, {"records": "rows"}])
def test_a_single_record_is_neither_a_line_nor_in_a_field(other: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError, match="single record, and as lines or as a field"):
        Json(single=True, **other)

"""Files of DMS: operations, times, numbers with exponents, quotes or none, and documents that are none."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_assets.connectors.files.dms import DmsReader, from_when
from etl_assets.connectors.files.unquoted import Unquoted
from etl_assets.connectors.files.wholes import whole
from etl_assets.datasets import Csv, Dms, Json
from etl_assets.schema import Column

COLUMNS = (
    Column("id", "bigint"),
    Column("note"),
    Column("changed_at", "timestamp", header="_at"),
    Column("operation", header="_op"),
)
NAMED = datetime.fromisoformat("2024-05-06 07:08:09.123000")


def read(text: str | bytes, form: Dms, order_at: datetime = NAMED) -> list[dict[str, Any]]:
    """Every row of a file."""
    content = text.encode() if isinstance(text, str) else text
    reader = DmsReader(io.BytesIO(content), COLUMNS, form, order_at=order_at)
    return [row for batch in reader.batches(0) for row in batch.to_pylist()]


def cells(text: str | bytes, form: Dms = Dms()) -> list[tuple[str | None, ...]]:  # noqa: B008 - frozen
    return [(row["_at"], row["_op"], row["id"], row["note"]) for row in read(text, form) if not row["_problem"]]


def problems(text: str | bytes, form: Dms = Dms()) -> list[tuple[int, str]]:  # noqa: B008 - frozen
    return [(row["_line"], row["_problem"]) for row in read(text, form) if row["_problem"]]


def test_a_change_has_the_file_s_time_and_its_own_operation() -> None:
    at = "2024-05-06 07:08:09.123000"
    assert cells("I,1,a\nU,1,b\nD,1,b\n") == [(at, "I", "1", "a"), (at, "U", "1", "b"), (at, "D", "1", "b")]
    assert cells("1,a\n", Dms(has_op=False)) == [(at, "U", "1", "a")]


def test_the_commit_s_time_counts_before_the_file_s() -> None:
    at = "2024-05-06 07:00:00.000001"
    assert cells(f"U,{at},1,a\n", Dms(timestamp="committed")) == [(at, "U", "1", "a")]
    assert cells(f"U,1,a,{at}\n", Dms(timestamp="committed", timestamp_place="last")) == [(at, "U", "1", "a")]
    header = Dms(inner=Csv(header=True), timestamp="committed")
    assert cells(f"Op,note,id,committed\nU,a,1,{at}\n", header) == [(at, "U", "1", "a")]


def test_a_full_load_holds_from_the_beginning_and_its_own_time_is_kept() -> None:
    load = Dms(full_load=True, has_op=False, timestamp="committed")
    (row,) = read("2024-05-06 01:02:03,1,a\n", load)
    assert (row["_at"], row["_op"], row["committed"]) == ("1900-01-01 00:00:00", "U", "2024-05-06 01:02:03")
    assert cells("I,1,a\n", Dms(full_load=True)) == [("1900-01-01 00:00:00", "I", "1", "a")]


def test_a_full_load_that_is_younger_than_a_reload_is_of_that_one() -> None:
    first, second = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-02-01")
    form = Dms(full_load=True, reloads=(second, first), beginning=datetime.fromisoformat("2000-01-01"))
    times = [
        datetime.fromisoformat("2023-12-31"),
        first,
        datetime.fromisoformat("2024-01-31"),
        datetime.fromisoformat("2024-03-01"),
    ]
    assert [from_when(form, at) for at in times] == [datetime.fromisoformat("2000-01-01"), first, first, second]


def test_an_empty_cell_is_text_where_null_has_a_text_of_its_own() -> None:
    at = "2024-05-06 07:08:09.123000"
    assert cells('U,1,\nU,2,""\n', Dms(empty_is_text=True)) == [(at, "U", "1", ""), (at, "U", "2", "")]
    assert cells('U,1,\nU,2,""\n') == [(at, "U", "1", None), (at, "U", "2", "")]


def test_what_stands_in_quotes_may_be_anything_but_nul() -> None:
    found = [row[3] for row in cells('U,1,"a\rb"\nU,2,"a\nb"\nU,3,"a""b"\nU,4,"x\r\n"\n')]
    assert found == ["a\rb", "a\nb", 'a"b', "x\r\n"]
    assert problems('U,1,"a\0b"\nU,2,b\n') == [(1, "it has a NUL byte")]
    assert problems("U,1,a\rb\nU,2,b\n") == [(1, "a carriage return stands alone")]


def test_without_quoting_a_quote_is_a_character_and_a_line_a_record() -> None:
    plain = Dms(quoted=False)
    assert [row[3] for row in cells('U,1,"a" b\r\nU,2,"\nU,3,a\rb\nU,4,""', plain)] == ['"a" b', '"', "a\rb", '""']
    assert problems('U,1,a "b\nc"\n', plain) == [(2, "it has 1 cells instead of 3")]


@given(st.lists(st.lists(st.text(st.sampled_from('a"\r '), min_size=1, max_size=4), min_size=2, max_size=2)))
def test_every_cell_of_unquoted_text_comes_out_as_it_is(rows: list[list[str]]) -> None:
    rows = [[cell.strip("\r") or "x" for cell in row] for row in rows]
    text = "".join(f"U,{','.join(row)}\n" for row in rows)
    assert [list(found[2:]) for found in cells(text, Dms(quoted=False))] == rows


def test_a_text_comes_out_whole_however_it_is_cut() -> None:
    text = b'1,"a\n2,b\r\n3,c"'
    for size in range(1, 20):
        reader, pieces = Unquoted(io.BytesIO(text), ","), list[bytes]()
        while piece := reader.read(size):
            pieces.append(piece)
        assert b"".join(pieces) == b'1,"""a"\n2,b\r\n3,"c"""'


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("+5.0656000000000000e+05", "506560"),
        ("-1.20e1", "-12"),
        ("1e3", "1000"),
        ("0e5", "0"),
        ("-0.0E0", "0"),
        ("9.223372036854775807e18", "9223372036854775807"),
        ("12300e-2", "123"),
        ("1.5e0", "1.5e0"),
        ("123e-3", "123e-3"),
        ("1e1000", "1e1000"),
        ("42", "42"),
        ("e", "e"),
        ("1e", "1e"),
        ("NULL", "NULL"),
        ("", ""),
    ],
)
def test_a_whole_number_with_an_exponent_is_its_digits_and_all_else_stays(written: str, read_as: str) -> None:
    assert whole(written) == read_as


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_number_becomes_another(number: Decimal) -> None:
    assert Decimal(whole(f"{number:e}")) == number


def test_only_declared_columns_lose_their_exponents() -> None:
    assert [row[2:] for row in cells("U,1e2,1e2\n", Dms(whole=("id",)))] == [("100", "1e2")]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{bad", "Expecting property name"),
        ('{"a": 1, "a": 2}', "it has the field 'a' twice"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": "\\u0000"}', "it has a NUL byte"),
        (" ", "an empty line"),
    ],
)
def test_a_document_that_is_none_is_put_aside_with_its_row(document: str, why: str) -> None:
    quoted = document.replace('"', '""')
    form = Dms(documents=("note",), empty_is_text=True)
    text = f'U,1,"{quoted}"\nU,2,"{{""a"": 1.50}}"\n'
    assert [row[3] for row in cells(text, form)] == ['{"a": 1.50}']
    ((line, problem),) = problems(text, form)
    assert line == 1
    assert problem.startswith(f"its note is no JSON: {why}")
    (record,) = [row["_raw"] for row in read(text, form) if row["_problem"]]
    assert '"id": "1"' in record


def test_documents_of_json_files_have_the_stamps_too() -> None:
    form = Dms(inner=Json(lines=True), full_load=True, has_op=False, documents=("note",))
    found = cells('{"id": 1, "note": {"a": 0.10}}\n', form)
    assert found == [("1900-01-01 00:00:00", "U", "1", '{"a": 0.10}')]

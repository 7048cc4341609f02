"""A SQLite file gives the same rows with the same types; what does not fit its declared type is named."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from etl_assets.connectors.database.extract import TableReport, extract_tables
from etl_assets.connectors.database.sqlite import SqliteSource
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.errors import SourceError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets_tests.connectors.database.sources import landed_rows, landed_types, orders

KINDS = SourceTable(dataset="shop/staging/kinds", name="kinds")
AT = "2024-01-01 00:00:00.000"
ROUND_TRIPS: list[tuple[str, object, pa.DataType, object]] = [
    ("integer", -9223372036854775808, pa.int64(), -9223372036854775808),
    ("numeric(10, 2)", 99999999.99, pa.decimal128(10, 2), Decimal("99999999.99")),
    ("numeric(10,2)", 0.1, pa.decimal128(10, 2), Decimal("0.10")),
    ("numeric(10,2)", 3, pa.decimal128(10, 2), Decimal("3.00")),
    ("real", 0.1, pa.float64(), 0.1),
    ("real", 5e-324, pa.float64(), 5e-324),
    ("boolean", 1, pa.bool_(), True),
    ("boolean", 0, pa.bool_(), False),
    ("date", "0001-01-01", pa.date32(), date(1, 1, 1)),
    ("timestamp(3)", "2022-11-03 14:20:52.186", pa.timestamp("us"), datetime(2022, 11, 3, 14, 20, 52, 186000)),  # noqa: DTZ001 - as the source has it
    ("text", "", pa.string(), ""),
    ("text", "a,\"b\"\r\n'c' 🐎", pa.string(), "a,\"b\"\r\n'c' 🐎"),
    ("blob", b"\x00\xff", pa.string(), r"\x00ff"),
    ("whatever", 7, pa.string(), "7"),
]  # fmt: skip
MISFITS: list[tuple[str, object, str]] = [
    ("integer", "0x1F", "0x1F"),
    ("integer", 1.5, "1.5"),
    ("numeric(10,2)", 1.005, "1.0049999999999999"),
    ("numeric(10,2)", "NaN", "NaN"),
    ("timestamp(3)", "yesterday", "yesterday"),
    ("timestamp(3)", 1704067200, "1704067200"),
    ("boolean", 2, "2"),
]


class File:
    """A SQLite file with a table, and the zone that it is extracted into."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "shop.db"
        self.zone: Lake = open_lake(str(folder / "lake"))
        self.do(
            "create table orders (id integer primary key, last_updated timestamp(3) not null, price numeric(10, 2))"
        )

    def do(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement, its own transaction."""
        connection = sqlite3.connect(self.path)
        with connection:
            connection.execute(statement, values)
        connection.close()

    def extract(self, table: SourceTable | None = None) -> TableReport:
        """Extract one table; what stops it is raised."""
        (report,) = extract_tables(SqliteSource(self.path), [table or orders()], self.zone).tables
        if report.failure:
            raise report.failure
        return report

    def landed(self, table: SourceTable) -> dict[int, dict[str, Any]]:
        """The landed rows by their place."""
        return {row["_row"]: row for row in landed_rows(self.zone, table.dataset)}


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path)


def _land(file: File, kind: str, value: object) -> dict[int, dict[str, Any]]:
    file.do(f"create table kinds (id integer primary key, last_updated timestamp(3) not null, value {kind})")
    for number, each in enumerate((value, None), start=1):
        file.do("insert into kinds values (?, ?, ?)", (number, AT, each))
    file.extract(KINDS)
    return file.landed(KINDS)


@pytest.mark.parametrize(("kind", "value", "lake", "found"), ROUND_TRIPS)
def test_a_value_comes_back_as_it_was(file: File, kind: str, value: object, lake: pa.DataType, found: object) -> None:
    rows = _land(file, kind, value)
    assert (rows[1]["value"], rows[1]["_problem"], rows[2]["value"]) == (found, None, None)
    assert landed_types(file.zone, KINDS.dataset)["value"] == lake


@pytest.mark.parametrize(("kind", "value", "found"), MISFITS)
def test_what_does_not_fit_its_declared_type_is_named(file: File, kind: str, value: object, found: str) -> None:
    rows = _land(file, kind, value)
    assert rows[1]["_problem"].startswith(f"value is '{found}', which is no ")
    assert json.loads(rows[1]["_raw"]) == {"id": "1", "last_updated": AT, "value": found}
    assert (rows[2]["id"], file.extract(KINDS).landed) == (2, 0)


def test_only_what_changed_is_landed_again(file: File) -> None:
    file.do("insert into orders values (1, '2024-01-01 10:00:00.000', 1), (2, '2024-01-01 11:00:00.000', 1)")
    file.extract()
    file.do("insert into orders values (3, '2024-01-01T10:55:00.000', 1)")
    file.do("update orders set price = 2, last_updated = '2024-01-01 12:00:00.000' where id = 1")
    second, third = file.extract(), file.extract()
    assert [(each.read, each.landed) for each in (second, third)] == [(3, 2), (1, 0)]


def test_a_row_whose_cursor_is_no_time_is_landed_once_however_late(file: File) -> None:
    file.do("insert into orders values (1, '2024-01-01 10:00:00.000', 1)")
    file.extract()
    file.do("insert into orders values (2, 'never', 1), (3, '2024-01-01 10:00:01.000', 1)")
    first = file.extract()
    file.do("insert into orders values (4, '2024-01-02 10:00:00.000', 1)")
    reports = [first, file.extract(), file.extract()]
    assert [(each.landed, each.problems) for each in reports] == [(2, 1), (1, 0), (0, 0)]


def test_the_file_cannot_be_written_through_the_source(file: File) -> None:
    with (
        pytest.raises(SourceError, match="readonly database"),
        SqliteSource(file.path).snapshot() as snapshot,
        snapshot.reader() as reader,
    ):
        vars(reader)["_connection"].execute("delete from orders")


def test_all_tables_are_read_in_one_state(file: File) -> None:
    file.do("pragma journal_mode = wal")
    with SqliteSource(file.path).snapshot() as snapshot, snapshot.reader() as reader:
        file.do("insert into orders values (1, '2024-01-01 10:00:00.000', 1)")
        assert [*reader.rows(orders(), reader.shape(orders()), None)] == []


def test_what_is_no_database_or_has_no_such_table_is_named(tmp_path: Path, file: File) -> None:
    (tmp_path / "text.db").write_text("not a database, and long enough to be told from one" * 50, encoding="utf-8")
    for path, said in (("text.db", "text.db cannot be read"), ("lost.db", "There is no database .*lost.db")):
        with pytest.raises(SourceError, match=said), SqliteSource(tmp_path / path).snapshot():
            pass
    with pytest.raises(SourceError, match="no table lost"):
        file.extract(SourceTable(dataset="shop/staging/lost", name="lost"))


def test_a_statement_that_takes_too_long_is_ended(file: File) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    source = SqliteSource(file.path, statement_seconds=0.1)
    with pytest.raises(SourceError, match="interrupted"), source.snapshot() as snapshot, snapshot.reader() as reader:
        reader.one(endless)

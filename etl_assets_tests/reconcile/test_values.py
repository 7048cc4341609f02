"""Both sides write every value alike, and no two values as one."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl_assets.connectors.database.digest import Cell, postgres_text
from etl_assets.connectors.database.written import text_of
from etl_assets.lake.catalogue import SourceColumn
from etl_assets.reconcile.warehouse import text_in
from etl_assets.schema import Column
from etl_assets.warehouse.dialects import DuckDB, Postgres
from etl_assets_tests.reconcile.ledgers import TABLE, Books, dataset_of

MOST = f"{'9' * 28}.{'9' * 10}"
HUGE = "1.7976931348623157e308"
ENDS = ("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999")
TEN = "2024-01-01 10:00:00"
IDENT = "00000000-0000-0000-0000-00000000000"
KINDS: list[tuple[str, str, str, tuple[str, ...], tuple[str, str]]] = [
    ("small", "smallint", "integer", ("-32768", "32767"), ("1", "2")),
    ("big", "bigint", "bigint", ("-9223372036854775808", "9223372036854775807"), ("1", "-1")),
    ("price", "numeric(10,2)", "numeric(10,2)", ("-99999999.99", "0.10", "0"), ("1.10", "1.01")),
    ("wide", "numeric(38,10)", "numeric(38,10)", (MOST, f"-{MOST}", "0.0000000001"), ("1", "1.0000000001")),
    ("share", "numeric(38,38)", "numeric(38,38)", (f"0.{'9' * 38}", "-0.5", "0"), ("0.5", "-0.5")),
    ("finer", "numeric(8,3)", "numeric(10,2)", ("1.500", "-7.250"), ("1.500", "1.250")),
    ("wider", "numeric(8,2)", "numeric(12,4)", ("1.50", "-7.25"), ("1.50", "1.51")),
    ("whole", "integer", "numeric(12,2)", ("7", "-7"), ("7", "70")),
    ("free", "numeric", "numeric(12,2)", ("7.5", "-7.500", "1e3"), ("7.5", "7.51")),
    ("number_text", "text", "bigint", ("007", "+7", "-0"), ("7", "8")),
    ("price_text", "text", "numeric(10,2)", ("1.5e+02", ".5", "7.", "-0.0"), ("7.50", "7.51")),
    ("truth_text", "text", "boolean", ("T", "0", "false"), ("true", "false")),
    ("double", "double precision", "double precision", ("0.1", "5e-324", f"-{HUGE}"), ("0.1", "0.10000000000000002")),
    ("single", "real", "double precision", ("0.1", "-3.4e38"), ("0.1", "0.2")),
    ("flag", "boolean", "boolean", ("true", "false"), ("true", "false")),
    ("day", "date", "date", ("0001-01-01", "9999-12-31"), ("2024-02-29", "2024-03-01")),
    ("day_text", "text", "date", ("0001-01-01", "2024-02-29"), ("2024-02-29", "2024-03-01")),
    ("at", "timestamp", "timestamp", (*ENDS, "2024-01-01 10:00:00.100"), (f"{TEN}.000001", f"{TEN}.000002")),
    ("zoned", "timestamptz", "timestamp", (f"{TEN}+02",), (f"{TEN}+02", f"{TEN}+01")),
    ("words", "text", "text", ("", "NULL", " a ", "žluťoučký 🐎 \u202e", "a|b", "1|a"), ("a", "a ")),
    ("code", "varchar(5)", "text", ("ab ", "ab"), ("a", "A")),
    ("number", "int", "text", ("7", "-7"), ("7", "77")),
    ("document", "jsonb", "text", ('{"a": null}',), ('{"a": 1}', '{"a": 2}')),
    ("ident", "uuid", "text", (f"{IDENT}1",), (f"{IDENT}1", f"{IDENT}2")),
    ("bytes", "bytea", "text", (r"\x00ff",), (r"\x00", r"\x01")),
]  # fmt: skip


@pytest.mark.parametrize("warehouse", ["duckdb", "postgres"])
def test_values_of_every_type_are_equal_and_the_smallest_change_of_each_is_found(ledger: Books, warehouse: str) -> None:
    books = ledger if warehouse == "duckdb" else replace(ledger, warehouse=ledger.url)
    columns = (
        Column("id", "bigint", nullable=False),
        Column("last_updated", "timestamp", nullable=False),
        *(Column(name, kind, null_texts=()) for name, _, kind, _, _ in KINDS),
    )
    dataset = dataset_of(columns, name="shop/staging/kinds")
    table = replace(TABLE, dataset=dataset.name, name="kinds")
    typed = ", ".join(f"{name} {source}" for name, source, *_ in KINDS)
    books.do(f"create table kinds (id int primary key, last_updated timestamp not null, {typed})")
    every = max(len(values) for *_, values, _ in KINDS)
    rows = [[values[n] if n < len(values) else None for *_, values, _ in KINDS] for n in range(every)]
    rows += [[one for *_, (one, _) in KINDS]] * len(KINDS)
    books.put("kinds", [(n, "2024-01-01 10:00:00", *row) for n, row in enumerate(rows)])
    books.put("kinds", [(9999, "2024-06-01 10:00:00", *[None] * len(KINDS))])
    first = books.compare(dataset, table)
    assert (first.ranges_different, first.apart, first.quarantined) == (0, (), 0)
    for n, (name, source, *_, (_, other)) in enumerate(KINDS):
        books.do(f"update kinds set {name} = '{other}'::{source} where id = {every + n}")
    found = books.compare(dataset, table, repair=True)
    assert {d.key["id"]: [*d.columns] for d in found.differences} == {
        every + n: [name] for n, (name, *_) in enumerate(KINDS)
    }
    assert books.compare(dataset, table).ranges_different == 0


def test_null_and_the_empty_text_are_two_values_unless_declared_as_one(books: Books) -> None:
    books.do("create table notes (id int primary key, last_updated timestamp(3) not null, note text)")
    books.put("notes", [(1, "2024-01-01 10:00:00.000", ""), (2, "2024-06-01 10:00:00.000", "NULL")])
    id_, at = Column("id", "bigint", nullable=False), Column("last_updated", "timestamp", nullable=False)
    one = dataset_of((id_, at, Column("note", null_texts=("", "NULL"))), name="shop/staging/notes")
    table = replace(TABLE, dataset=one.name, name="notes")
    assert books.compare(one, table).ranges_different == 0
    books.do("update notes set note = null where id = 1")
    assert (books.compare(one, table).ranges_different, books.compare(one, table).different) == (0, 0)
    two = dataset_of((id_, at, Column("note", null_texts=())), name="shop/staging/notes")
    assert books.compare(two, table).changed == 1


def test_a_column_that_both_sides_do_not_write_alike_is_compared_in_rows_that_are_looked_at(ledger: Books) -> None:
    ledger.do(
        "create table stamps (id int primary key, last_updated timestamp(3) not null, at text, note text)",
        "insert into stamps select n, '2024-01-01', '2024-01-01T10:00:00Z', 'x' from generate_series(1, 500) as n",
        "insert into stamps values (501, '2024-06-01', null, 'x')",
    )
    columns = (
        Column("id", "bigint", nullable=False),
        Column("last_updated", "timestamp", nullable=False),
        Column("at", "timestamp"),
        Column("note"),
    )
    dataset = dataset_of(columns, name="shop/staging/stamps")
    table = replace(TABLE, dataset=dataset.name, name="stamps")
    first = ledger.compare(dataset, table)
    assert (first.ranges_different, first.apart) == (0, ("at",))
    assert first.note.startswith("at is compared in the rows that are looked at only")
    ledger.do("update stamps set at = '2024-01-01 10:00:01', note = 'y' where id = 3")
    ledger.do("update stamps set at = '2024-01-01 10:00:01' where id in (4, 400)")
    found = ledger.compare(dataset, table)
    assert {d.key["id"]: [*d.columns] for d in found.differences} == {3: ["at", "note"], 4: ["at"]}


WHOLE = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    ["", "|", "1|", "-1|", "NULL"]
)
STRATEGIES: list[tuple[str, str, Any]] = [
    ("text", "text", TEXTS),
    ("bigint", "bigint", WHOLE),
    ("numeric(10,2)", "numeric(10,2)", st.decimals(-99999999, 99999999, places=2)),
    ("numeric(38,38)", "numeric(38,38)", st.decimals(Decimal("-0.9"), Decimal("0.9"), places=38)),
    ("double precision", "double precision", st.floats(allow_nan=False, allow_infinity=False)),
    ("boolean", "boolean", st.booleans()),
    ("date", "date", st.dates()),
    ("timestamp without time zone", "timestamp", st.datetimes()),
    ("text", "text", TEXTS),
]
LAKES = {
    "text": "string",
    "bigint": "int64",
    "numeric(10,2)": "decimal128(10, 2)",
    "numeric(38,38)": "decimal128(38, 38)",
    "double precision": "double",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp without time zone": "timestamp[us]",
}
CELLS = [
    Cell(
        source=SourceColumn(name=f"c{n}", type=source, lake=LAKES[source], nullable=True),
        column=Column(f"c{n}", kind, null_texts=()),
    )
    for n, (source, kind, _) in enumerate(STRATEGIES)
]
ROWS = st.tuples(*(st.none() | strategy for *_, strategy in STRATEGIES))
LISTED = ", ".join(f"c{n} {kind}" for n, (_, kind, _) in enumerate(STRATEGIES))


def _exactly(value: object) -> object:
    """A value as DuckDB's driver takes it exactly: a decimal with an exponent goes through a float otherwise."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _as_sqlite_gives_it(value: object) -> str | None:
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat(" ") if isinstance(value, datetime) else None if value is None else str(value)


def test_rows_are_written_alike_by_every_engine_and_differ_when_they_differ(postgres_url: str) -> None:
    marks = ", ".join(["%s"] * len(CELLS))
    queries = [
        postgres_text(CELLS).sql("postgres"),
        text_in(CELLS, Postgres).sql("postgres"),
        text_in(CELLS, DuckDB).sql("duckdb"),
    ]
    with psycopg.connect(postgres_url, autocommit=True) as server, closing(duckdb.connect()) as library:
        server.execute(f"create temp table t ({LISTED})".encode())
        library.execute(f"create table t ({LISTED})")

        def written(row: Sequence[Any]) -> str:
            server.execute(b"truncate t")
            server.execute(f"insert into t values ({marks})".encode(), row)
            library.execute("truncate t")
            library.execute(f"insert into t values ({marks.replace('%s', '?')})", [*map(_exactly, row)])
            found = [server.execute(f"select {query} from t".encode()).fetchall() for query in queries[:2]]
            found.append(library.execute(f"select {queries[2]} from t").fetchall())
            texts = {rows[0][0] for rows in found} | {text_of(CELLS)(*map(_as_sqlite_gives_it, row))}
            assert len(texts) == 1, texts
            return texts.pop()

        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(ROWS, ROWS)
        def holds(one: Sequence[Any], other: Sequence[Any]) -> None:
            assert (written(one) == written(other)) == (_identity(one) == _identity(other))

        holds()


def _identity(row: Sequence[Any]) -> list[object]:
    """A row with floats told apart by their bits, as nought and its negative are."""
    return [each.hex() if isinstance(each, float) else each for each in row]


def test_neighbouring_texts_are_not_taken_for_one_another() -> None:
    text = [_text_cell(n) for n in range(2)]
    rows = [("a|", "b"), ("a", "|b"), (None, "-1|"), ("-1|", None), ("", None), (None, ""), ("1|a", "")]
    assert len({text_of(text)(*row) for row in rows}) == len(rows)


def _text_cell(n: int) -> Cell:
    return Cell(
        source=SourceColumn(name=f"c{n}", type="text", lake="string", nullable=True),
        column=Column(f"c{n}", null_texts=()),
    )

"""Which rows of an extract the lake does not hold yet: those that differ from what was landed last of their key.

Every column is compared, so no two contents are taken for one. What was landed *last* counts, not whatever was landed
ever: a row that is changed and changed back is new both times. DuckDB serves as a library.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
from sqlglot import exp

from etl_assets.connectors.database.cells import RAW

if TYPE_CHECKING:
    import pyarrow as pa

_MEMORY: Final = "512MB"
_BATCH_ROWS: Final = 100_000


def fresh_rows(
    fetched: Path, landed: Sequence[Path], key: Sequence[str], columns: Sequence[str]
) -> "Iterator[pa.RecordBatch]":
    """The rows of a file that the parts do not hold.

    Args:
        fetched: Parquet with the rows of an extract; DuckDB's own files go beside it.
        landed: The parts that may hold them, in the order in which they were landed.
        key: The table's key; none when it has none, and then a row that was landed ever is not new.
        columns: The columns to compare.
    """
    import duckdb

    query = _query(landed, [*(key or columns), RAW], [*columns, RAW]).sql("duckdb")
    values = {"fetched": str(fetched), "landed": [str(part) for part in landed]}
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "temp_directory": str(fetched.parent / "duckdb"),
        "preserve_insertion_order": False,
    }
    with closing(duckdb.connect(config=config)) as connection:
        yield from connection.sql(query, params=values).to_arrow_reader(_BATCH_ROWS)


def _query(landed: Sequence[Path], key: Sequence[str], columns: Sequence[str]) -> exp.Select:
    """Rows that were fetched and of which there is no equal that was landed last."""
    last = exp.select("*").from_(_landed(landed, key, columns).subquery("told")).where("told._place = 1")
    equal = exp.select("1").from_("last").where(*(_same(name, "last", "fetched") for name in columns))
    fetched = exp.func("read_parquet", exp.Placeholder(this="fetched"))
    query = exp.select("fetched.*").from_("fetched").where(exp.not_(exp.Exists(this=equal)))
    return query.with_("fetched", as_=exp.select("*").from_(fetched)).with_("last", as_=last)


def _landed(landed: Sequence[Path], key: Sequence[str], columns: Sequence[str]) -> exp.Select:
    """What was landed of the keys that were fetched, the last of each in the first place."""
    present = {name for part in landed for name in pq.read_schema(part).names}
    cells = [
        _column(name, "part") if name in present else exp.alias_(exp.null(), name, quoted=True) for name in columns
    ]
    parts = exp.func(
        "read_parquet",
        exp.Placeholder(this="landed"),
        exp.EQ(this=exp.to_identifier("union_by_name"), expression=exp.true()),
        exp.EQ(this=exp.to_identifier("filename"), expression=exp.true()),
    )
    place = exp.func("list_position", exp.Placeholder(this="landed"), exp.column("filename", table="part"))
    newest = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(name, "part") for name in key if name in present],
        order=exp.Order(expressions=[exp.Ordered(this=place, desc=True)]),
    )
    fetched = (
        exp.select("1").from_("fetched").where(*(_same(name, "fetched", "part") for name in key if name in present))
    )
    query = exp.select(*cells, exp.alias_(newest, "_place")).from_(exp.select("*").from_(parts).subquery("part"))
    return query.where(exp.Exists(this=fetched))


def _same(name: str, one: str, other: str) -> exp.Expr:
    return exp.NullSafeEQ(this=_column(name, one), expression=_column(name, other))


def _column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)

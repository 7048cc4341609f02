"""Which rows of an extract the lake does not hold yet, and from when on they hold.

New is what differs from what was landed last of its key. Every column is compared, so no two contents are taken for
one. What was landed *last* counts, not whatever was landed ever: a row that is changed and changed back is new both
times. DuckDB serves as a library.

``_at`` rises with every row that is landed of a key, so what was landed last is how the key is now. It is the row's
cursor while that is later than the key's last ``_at``. A change whose cursor is not was seen at the snapshot, and its
cursor does not tell since when it holds: then ``_at`` is the source's clock, or a microsecond after the last ``_at``
when that clock is behind.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
from sqlglot import exp

from etl_assets.connectors.database.cells import RAW
from etl_assets.connectors.database.digest import put
from etl_assets.connectors.database.stamp import AT, OP

if TYPE_CHECKING:
    import pyarrow as pa

PART: Final = "_part"
PLACE: Final = "_place"
"""The columns that a query here adds."""
_MEMORY: Final = "512MB"
_BATCH_ROWS: Final = 100_000
_RISING: Final = """
case
    when before is null or told > before then told
    else least(greatest($seen_at, before + interval 1 microsecond), timestamp '9999-12-31 23:59:59.999999')
end
"""
"""The time ``told`` if it is later than ``before``, which is not there for a new key."""


@dataclass(frozen=True, kw_only=True)
class Landed:
    """The parts of a table in the lake.

    Args:
        parts: Those that may hold rows that are read again, in the order in which they were landed.
        older: Those of before the columns changed: they tell when a key was landed last, and cannot be compared.
        key: The table's key; none when it has none, and then a row that was landed ever is not new.
        columns: The columns to compare.
    """

    parts: Sequence[Path]
    older: Sequence[Path]
    key: Sequence[str]
    columns: Sequence[str]

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return [*self.older, *self.parts]


def fresh_rows(
    fetched: Path, landed: Landed, seen_at: datetime, *, keeps_equal: bool = False
) -> "Iterator[pa.RecordBatch]":
    """The rows of a file that the lake does not hold.

    Args:
        fetched: Parquet with the rows of an extract; DuckDB's own files go beside it.
        landed: What to compare them with.
        seen_at: The source's clock.
        keeps_equal: Whether rows are landed though they equal those that were landed last.
    """
    import duckdb

    query = _query(fetched, landed, keeps_equal=keeps_equal).sql("duckdb")
    files = {"fetched": [fetched], "landed": landed.parts, "older": landed.older}
    values: dict[str, object] = {name: [str(each) for each in listed] for name, listed in files.items() if listed}
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "temp_directory": str(fetched.parent / "duckdb"),
        "preserve_insertion_order": False,
    }
    with closing(duckdb.connect(config=config)) as connection:
        yield from connection.sql(query, params={**values, "seen_at": seen_at}).to_arrow_reader(_BATCH_ROWS)


def _query(fetched: Path, landed: Landed, *, keeps_equal: bool) -> exp.Select:
    """Rows that were fetched and differ from what was landed last, with the time from which on they hold."""
    key = [*(landed.key or landed.columns), RAW]
    compared = [*landed.columns, RAW, OP]
    query = exp.select(*(_column(name, "fetched") for name in pq.read_schema(fetched).names if name != AT))
    query = query.from_("fetched").with_("fetched", as_=exp.select("*").from_(_files("fetched")))
    times: list[exp.Expr] = []
    if landed.parts:
        last = (
            exp.select("*")
            .from_(_last(landed.parts, key, compared).subquery("told"))
            .where(_column(PLACE, "told").eq(1))
        )
        same = exp.and_(*(_same(name, "last", "fetched") for name in key))
        query = query.with_("last", as_=last).join("last", on=same, join_type="left")
        times.append(_column(AT, "last"))
        if not keeps_equal:
            equal = (_same(name, "last", "fetched") for name in compared)
            query = query.where(exp.not_(exp.and_(_column(PLACE, "last").is_(exp.null()).not_(), *equal)))
    if landed.older and (known := _known(landed)):
        same = exp.and_(
            *(exp.EQ(this=_column(name, "known"), expression=_text(name, "fetched")) for name in landed.key)
        )
        query = query.with_("known", as_=known).join("known", on=same, join_type="left")
        times.append(_column(AT, "known"))
    return query.select(exp.alias_(_rising(_column(AT, "fetched"), times), AT, quoted=True))


def _rising(at: exp.Expr, before: Sequence[exp.Expr]) -> exp.Expr:
    last = exp.Greatest(this=before[0], expressions=[*before[1:]]) if before else exp.null()
    return put(_RISING, {"told": at, "before": last}, "duckdb")


def _last(parts: Sequence[Path], key: Sequence[str], columns: Sequence[str]) -> exp.Select:
    """What was landed of the keys that were fetched, the last of each in the first place."""
    present = _names(parts)
    cells = [
        _column(name, "part") if name in present else exp.alias_(exp.null(), name, quoted=True) for name in columns
    ]
    place = exp.func("list_position", exp.Placeholder(this="landed"), _column(PART, "part"))
    newest = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(name, "part") for name in key if name in present],
        order=exp.Order(expressions=[exp.Ordered(this=place, desc=True)]),
    )
    fetched = (
        exp.select("1").from_("fetched").where(*(_same(name, "fetched", "part") for name in key if name in present))
    )
    query = exp.select(*cells, _column(AT, "part"), exp.alias_(newest, PLACE))
    return query.from_(exp.select("*").from_(_files("landed")).subquery("part")).where(exp.Exists(this=fetched))


def _known(landed: Landed) -> exp.Select | None:
    """Since when each key was landed last before the columns changed; None when it cannot be told."""
    if not landed.key or not {*landed.key} <= _names(landed.older):
        return None
    cells = [exp.alias_(_text(name, "part"), name, quoted=True) for name in landed.key]
    query = exp.select(*cells, exp.alias_(exp.Max(this=_column(AT, "part")), AT, quoted=True))
    query = query.from_(exp.select("*").from_(_files("older")).subquery("part"))
    return query.group_by(*(_text(name, "part") for name in landed.key))


def _files(name: str) -> exp.Expr:
    """The rows of some Parquet files, whatever columns each has."""
    named = {"union_by_name": exp.true(), "filename": exp.Literal.string(PART)}
    flags = [exp.EQ(this=exp.to_identifier(flag), expression=value) for flag, value in named.items()]
    return exp.func("read_parquet", exp.Placeholder(this=name), *(flags if name != "fetched" else ()))


def _names(parts: Sequence[Path]) -> set[str]:
    return {name for part in parts for name in pq.read_schema(part).names}


def _same(name: str, one: str, other: str) -> exp.Expr:
    return exp.NullSafeEQ(this=_column(name, one), expression=_column(name, other))


def _text(name: str, table: str) -> exp.Expr:
    return exp.cast(_column(name, table), "text")


def _column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)

"""The SQL of a declared table's marts. A file in ``sql/dms/marts`` of the same name takes its place."""

import re
from collections.abc import Sequence
from typing import Final

from sqlglot import exp
from sqlglot.dialects.redshift import Redshift

from etl_assets.names import TableName

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_WORDS: Final = {
    "anti", "asof", "asymmetric", "at", "by", "collation", "columns", "concurrently", "describe", "fetch", "generated",
    "glob", "lambda", "lateral", "map", "pivot_longer", "pivot_wider", "positional", "qualify", "returning", "semi",
    "show", "struct", "summarize", "symmetric", "tablesample", "try_cast", "tuple", "unpack", "variadic", "window",
}  # fmt: skip
"""Words of DuckDB and PostgreSQL that Redshift, which has most, does not reserve."""
_TOLD: Final = "told"
_OBSERVED: Final = ("effective_at", "sequence", "op")


def current_sql(staging: TableName, columns: Sequence[str], key: Sequence[str]) -> str:
    """A row a key that is there, as its last change has left it."""
    newest = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_name(column) for column in key],
        order=exp.Order(expressions=[exp.Ordered(this=_name(name), desc=True) for name in _OBSERVED[:2]]),
    )
    own = [_name(column) for column in columns]
    told = exp.select(*own, "op", exp.alias_(newest, "recency")).from_(_table(staging))
    listed = [column.copy() for column in own]
    query = exp.select(*listed).from_(_TOLD).where("recency = 1").where("op <> 'D'").with_(_TOLD, as_=told)
    grain = f"Grain: {', '.join(key)}."
    return f"-- One row per row of {staging.table} that is there, as it was told last.\n-- {grain}\n{_text(query)}\n"


def history_sql(staging: TableName, columns: Sequence[str], key: Sequence[str]) -> str:
    """What was told of each key, from which its versions are made."""
    query = exp.select(*map(_name, columns), *_OBSERVED).from_(_table(staging))
    grain = f"Grain: {', '.join(key)}, valid_from."
    said = f"One row per version of a row of {staging.table}, from valid_from to valid_to."
    return f"-- {said}\n-- {grain}\n{_text(query)}\n"


def _text(query: exp.Query) -> str:
    return query.sql(dialect="postgres", pretty=True)


def _name(column: str) -> exp.Column:
    """A column, in quotes where some engine would take its name for a word of its own."""
    is_word = column in _WORDS or column in Redshift.Generator.RESERVED_KEYWORDS
    return exp.column(column, quoted=is_word or not _PLAIN.fullmatch(column))


def _table(name: TableName) -> exp.Table:
    return exp.table_(name.table, db=name.schema)

"""Statements of the sources: the fixed ones from ``sql/``, and the queries of a table, composed from its columns."""

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl_assets.connectors.database.tables import SourceTable

_FOLDER: Final = Path(__file__).parent / "sql"
_NAMED: Final = re.compile(r"(?<!:):([a-z_]+)")


@lru_cache
def statement(file: str) -> str:
    """The statement in ``sql/<file>.sql``; SQLite binds its ``:name`` as they are."""
    return (_FOLDER / f"{file}.sql").read_text(encoding="utf-8")


@lru_cache
def for_psycopg(file: str) -> bytes:
    """The statement as psycopg binds it."""
    return _NAMED.sub(r"%(\1)s", statement(file)).encode()


def all_rows(table: "SourceTable", cells: "Sequence[exp.Expr]", *, schema: bool = True) -> exp.Select:
    """The cells of every row of a table."""
    return exp.select(*cells).from_(exp.table_(table.name, db=table.schema if schema else None, quoted=True))


def name(column: str) -> exp.Column:
    """A column, quoted."""
    return exp.column(column, quoted=True)


def moment(at: datetime) -> exp.Expr:
    """A time of the source as a literal."""
    return exp.Literal.string(at.isoformat(" ", timespec="microseconds"))

"""Tables written out as delimited files: there whole or not at all, and left alone when nothing changed."""

import filecmp
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from etl_assets.errors import WarehouseError
from etl_assets.failpoints import reach
from etl_assets.names import TableName
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.statement import to_sql

if TYPE_CHECKING:
    import pyarrow as pa

_USUAL: Final = Delimited()
_TEXTS: Final = ("text", "varchar", "character varying")


def export_table(
    session: Session, table: TableName, path: Path, *, form: Delimited = _USUAL, order_by: Sequence[str] = ()
) -> int:
    """Write a table to a file, in UTF-8; gives the number of its rows.

    Args:
        session: Where the table is.
        table: What is written.
        path: The file; the folders above it are made.
        form: How it is written.
        order_by: Columns or expressions, with ``desc`` where it is due, in PostgreSQL's dialect; text by its bytes.

    Raises:
        WarehouseError: When the file cannot be written.
    """
    query = in_order(session, table, order_by)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _write(session.batches(to_sql(query, session.dialect)), path, form)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise WarehouseError(message, mend="Check the folder's permissions and the space on its disk.") from error


def in_order(session: Session, table: TableName, order_by: Sequence[str]) -> exp.Select:
    """The query for a table's rows in the order of its file."""
    order = [_by_bytes(session, table, part) for part in order_by]
    return exp.select("*").from_(table.qualified).order_by(*order)


def _by_bytes(session: Session, table: TableName, part: str) -> exp.Expr:
    """A part of an order in which text stands in the order of its bytes, whatever the database's collation."""
    texts = {
        name for name, kind in session.columns(table.schema, table.table).items() if kind.lower().startswith(_TEXTS)
    }
    ordered = exp.select().order_by(part, dialect="postgres").args["order"].expressions[0]
    return ordered.transform(
        lambda node: (
            session.dialect.expression(session.dialect.BINARY_ORDER, node)
            if isinstance(node, exp.Column) and node.name in texts
            else node
        )
    )


def _write(reader: "pa.RecordBatchReader", path: Path, form: Delimited) -> int:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            rows = form.write(file, reader)
            file.flush()
            os.fsync(file.fileno())
        _put(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def _put(unfinished: Path, path: Path) -> None:
    """Put a finished file in its place, unless the same stands there already."""
    if path.is_file() and filecmp.cmp(unfinished, path, shallow=False):
        return
    reach("export.before_rename")
    unfinished.replace(path)
    reach("export.after_rename")

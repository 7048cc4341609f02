"""Tables written out as delimited files: there whole or not at all, and left alone when nothing changed."""

import filecmp
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.errors import WarehouseError
from etl_assets.failpoints import reach
from etl_assets.names import TableName
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.statement import to_sql

_USUAL: Final = Delimited()


def export_table(
    session: Session, table: TableName, path: Path, *, form: Delimited = _USUAL, order_by: Sequence[str] = ()
) -> int:
    """Write a table to a file, in UTF-8; gives the number of its rows.

    Args:
        session: Where the table is.
        table: What is written.
        path: The file; the folders above it are made.
        form: How it is written.
        order_by: Columns or expressions, in PostgreSQL's dialect.

    Raises:
        WarehouseError: When the file cannot be written.
    """
    query = exp.select("*").from_(table.qualified)
    query = query.order_by(*(parse_one(item, dialect="postgres") for item in order_by))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            rows = form.write(file, session.batches(to_sql(query, session.dialect)))
            file.flush()
            os.fsync(file.fileno())
        _put(unfinished, path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise WarehouseError(message, mend="Check the folder's permissions and the space on its disk.") from error
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

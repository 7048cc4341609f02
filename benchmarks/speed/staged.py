"""A file's rows in a table of either engine, by the engine's own fastest way. Needs no package but a driver."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

COLUMNS: dict[str, dict[str, str]] = {
    "snapshots": {
        "customer_id": "bigint",
        "name": "text",
        "city": "text",
        "status": "text",
        "score": "integer",
        "balance": "numeric(12, 2)",
        "note": "text",
    },
    "visits": {"visit_id": "bigint", "customer_id": "bigint", "happened_at": "timestamp", "amount": "integer"},
}
COLUMNS["changes"] = {**COLUMNS["snapshots"], "changed_at": "timestamp"}
"""By a file's meaning its columns and their types."""


@contextmanager
def connected(url: str) -> Generator[Any]:
    """A cursor with an open transaction, which ``commit`` has to end: on a DuckDB file or a PostgreSQL."""
    if url.startswith("postgresql:"):
        import psycopg2  # noqa: PLC0415 - one of two drivers

        connection = psycopg2.connect(url)
        cursor = connection.cursor()
    else:
        import duckdb  # noqa: PLC0415 - one of two drivers

        connection = cursor = duckdb.connect(url)
        cursor.execute("begin")
    try:
        yield cursor
    finally:
        connection.close()


def stage(cursor: Any, table: str, file: Path, meaning: str, *, at: str, is_temporary: bool = True) -> None:  # noqa: ANN401 - of either driver
    """Make the table and fill it.

    Args:
        cursor: A database.
        table: The table, which is not there.
        file: What goes in.
        meaning: Of its rows.
        at: The time of rows that have none of their own.
        is_temporary: Whether it goes with the session.
    """
    columns = COLUMNS[meaning]
    every = columns | ({} if meaning == "visits" else {"changed_at": f"timestamp default '{at}'"})
    kind = "temp table" if is_temporary else "table"
    cursor.execute(f"create {kind} {table} ({_listed(every)})")
    names = ", ".join(columns)
    if hasattr(cursor, "copy_expert"):
        with file.open(encoding="utf-8") as rows:
            cursor.copy_expert(f"copy {table} ({names}) from stdin (format csv)", rows)
        cursor.execute(f"analyze {table}")
    else:
        read = f"read_csv('{file}', header = false, columns = {columns})"
        cursor.execute(f"insert into {table} ({names}) select {names} from {read}")  # noqa: S608 - own names


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())

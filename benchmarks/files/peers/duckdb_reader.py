"""DuckDB's own readers with declared types, files straight into a table; in a process of its own."""

from time import perf_counter
from typing import Any, Final

import duckdb

from benchmarks.speed.exchange import serve

_TYPES: Final = {
    "id": "bigint",
    "customer": "varchar",
    "amount": "decimal(12,2)",
    "weight": "double",
    "ordered_on": "date",
    "ordered_at": "timestamp",
    "is_paid": "boolean",
    "note": "varchar",
}
_READERS: Final = {
    "csv": "read_csv($files, header = true, columns = $types)",
    "jsonl": "read_json($files, format = 'newline_delimited', columns = $types)",
    "parquet": "read_parquet($files)",
}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Read a pattern of files into a new table: the seconds and the rows."""
    reader = _READERS[request["format"]].replace("$types", str(_TYPES)).replace("$files", f"'{request['files']}'")
    with duckdb.connect(request["database"]) as connection:
        started = perf_counter()
        connection.execute(f"create table orders as from {reader}")
        seconds = perf_counter() - started
        found = connection.execute("select count(*) from orders").fetchone()
    return {"seconds": seconds, "rows": found[0] if found else 0}


if __name__ == "__main__":
    serve(answer_to)

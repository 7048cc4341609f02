"""Fills the table that a tool reads, and counts what it made of it; runs in the tool's environment."""

from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.speed.exchange import serve
from benchmarks.speed.staged import connected, stage


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Put the file's rows in the place of the source's, or count a table's rows."""
    with connected(request["url"]) as cursor:
        if "count" in request:
            cursor.execute(f"select count(*) from {request['count']}")  # noqa: S608 - the harness's own name
            return {"versions": cursor.fetchone()[0]}
        started = perf_counter()
        cursor.execute("create schema if not exists sources")
        cursor.execute("drop table if exists sources.customers")
        file, meaning = Path(request["file"]), request["meaning"]
        stage(cursor, "sources.customers", file, meaning, at="2024-01-01", is_temporary=False)
        cursor.execute("commit")
        return {"load": perf_counter() - started}


if __name__ == "__main__":
    serve(answer_to)

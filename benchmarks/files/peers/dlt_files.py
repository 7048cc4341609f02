"""dlt's ``filesystem`` source with its reader of the format, into a table; runs in dlt's environment."""

from pathlib import Path
from time import perf_counter
from typing import Any, Final

import dlt
from dlt.sources.filesystem import filesystem, read_csv_duckdb, read_jsonl, read_parquet

from benchmarks.speed.exchange import serve

_READERS: Final = {
    "csv": lambda: read_csv_duckdb(use_pyarrow=True),
    "jsonl": read_jsonl,
    "parquet": lambda: read_parquet(use_pyarrow=True),
}


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Read a pattern of files into a new table: the seconds and the rows."""
    destination = getattr(dlt.destinations, request["engine"])(request["database"])
    pipeline = dlt.pipeline("orders", destination=destination, dataset_name="orders", pipelines_dir=request["folder"])
    pattern = Path(request["files"])
    started = perf_counter()
    found = filesystem(bucket_url=pattern.parent.as_uri(), file_glob=pattern.name) | _READERS[request["format"]]()
    pipeline.run(found.with_name("orders"), write_disposition="replace")
    seconds = perf_counter() - started
    with pipeline.sql_client() as client:
        rows = client.execute_sql("select count(*) from orders")
    return {"seconds": seconds, "rows": rows[0][0] if rows else 0}


if __name__ == "__main__":
    serve(answer_to)

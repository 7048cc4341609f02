"""dlt's own ``sql_database`` source, by its Arrow backend, into a table of its own; runs in dlt's environment."""

from time import perf_counter
from typing import Any

import dlt
from dlt.sources.sql_database import sql_table

from benchmarks.speed.exchange import serve


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Extract and load all of the sales orders: the seconds and the rows."""
    destination = getattr(dlt.destinations, request["engine"])(request["database"])
    pipeline = dlt.pipeline("orders", destination=destination, dataset_name="orders", pipelines_dir=request["folder"])
    started = perf_counter()
    table = sql_table(
        credentials=request["source"].replace("postgresql:", "postgresql+psycopg2:", 1),
        table="sales_order",
        backend=request["backend"],
        reflection_level="full_with_precision",
        chunk_size=100_000,
    )
    pipeline.run(table, write_disposition="replace", loader_file_format="parquet")
    seconds = perf_counter() - started
    with pipeline.sql_client() as client:
        found = client.execute_sql("select count(*) from sales_order")
    return {"seconds": seconds, "rows": found[0][0] if found else 0}


if __name__ == "__main__":
    serve(answer_to)

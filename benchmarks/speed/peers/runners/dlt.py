"""dlt's merge strategy ``scd2`` over Arrow, each row's hash made by dlt's own helper; runs in dlt's environment."""

from time import perf_counter
from typing import Any

import dlt
import pyarrow as pa
from dlt.sources.helpers.transform import add_row_hash_to_table
from pyarrow import csv

from benchmarks.speed.exchange import serve

_TABLE = "customers"


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Merge the request's file: every row that is there, or with ``is_part`` those that changed."""
    destination = getattr(dlt.destinations, request["engine"])(request["database"])
    pipeline = dlt.pipeline("speed", destination=destination, dataset_name="speed", pipelines_dir=request["folder"])
    started = perf_counter()
    rows = csv.read_csv(request["file"], csv.ReadOptions(column_names=request["columns"]))
    pipeline.run(_resource(request, rows.drop_columns(request["dropped"])))
    built = perf_counter() - started
    with pipeline.sql_client() as client:
        found = client.execute_sql(f"select count(*) from {_TABLE}")  # noqa: S608 - the harness's own name
    return {"build": built, "versions": found[0][0] if found else 0}


def _resource(request: dict[str, Any], rows: pa.Table) -> Any:  # noqa: ANN401 - dlt's resource
    resource = dlt.resource(
        lambda: iter([rows]),
        name=_TABLE,
        merge_key="customer_id" if request["is_part"] else None,
        write_disposition={
            "disposition": "merge",
            "strategy": "scd2",
            "row_version_column_name": "row_hash",
            "boundary_timestamp": request["at"],
        },
    )
    return resource.add_map(add_row_hash_to_table("row_hash"))


if __name__ == "__main__":
    serve(answer_to)

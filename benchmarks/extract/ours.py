"""One step of ours, in a process of its own: the sales orders into the lake, or from there into staging."""

from time import perf_counter
from typing import Any

from benchmarks.speed.exchange import serve
from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.defs.totesys.tables import TABLES
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Do the request's step: its seconds and the rows that came of it."""
    lake = open_lake(request["lake"])
    dataset, table = next(pair for pair in TABLES if pair[1].name == "sales_order")
    started = perf_counter()
    if "source" in request:
        (report,) = extract_tables(PostgresSource(request["source"]), [table], lake).tables
        if report.failure:
            raise report.failure
        rows = report.landed
    else:
        rows = load_dataset(open_engine(request["warehouse"]), dataset, lake).total("loaded")
    return {"seconds": perf_counter() - started, "rows": rows}


if __name__ == "__main__":
    serve(answer_to)

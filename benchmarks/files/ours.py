"""One step of ours, in a process of its own: files into the lake, or from there into staging."""

from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.files.orders import ORDERS
from benchmarks.speed.exchange import serve
from etl_assets.connectors.files.extract import extract_files
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Do the request's step: its seconds, the rows that came of it, and those that were held back."""
    lake = open_lake(request["lake"])
    started = perf_counter()
    if "landing" in request:
        rows, held = extract_files(ORDERS, Path(request["landing"]), lake).rows, 0
    else:
        report = load_dataset(open_engine(request["warehouse"]), ORDERS, lake)
        rows, held = report.total("loaded"), report.total("quarantined")
    return {"seconds": perf_counter() - started, "rows": rows, "held": held}


if __name__ == "__main__":
    serve(answer_to)

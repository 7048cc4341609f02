"""One step of ours, in a process of its own: sales orders into the lake, from there into staging, or both compared."""

from time import perf_counter
from typing import Any

from benchmarks.speed.exchange import serve
from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.defs.totesys.tables import TABLES
from etl_assets.lake.lake import open_lake
from etl_assets.reconcile.reconcile import reconcile
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset

_DATASET, _TABLE = next(pair for pair in TABLES if pair[1].name == "sales_order")


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Do the request's step: its seconds, the rows that came of it, and a note."""
    started = perf_counter()
    if "source" not in request:
        found = _loaded(request)
    elif "warehouse" not in request:
        found = _extracted(request)
    else:
        found = _compared(request)
    return {"seconds": perf_counter() - started, **found}


def _extracted(request: dict[str, Any]) -> dict[str, Any]:
    (report,) = extract_tables(PostgresSource(request["source"]), [_TABLE], open_lake(request["lake"])).tables
    if report.failure:
        raise report.failure
    return {"rows": report.landed}


def _loaded(request: dict[str, Any]) -> dict[str, Any]:
    loaded = load_dataset(open_engine(request["warehouse"]), _DATASET, open_lake(request["lake"]))
    return {"rows": loaded.total("loaded")}


def _compared(request: dict[str, Any]) -> dict[str, Any]:
    engine, lake = open_engine(request["warehouse"]), open_lake(request["lake"])
    (table,) = reconcile(PostgresSource(request["source"]), engine, lake, [(_DATASET, _TABLE)]).tables
    if table.failure:
        raise table.failure
    note = f"{table.different:,} differences, {table.rows_looked_at:,} rows compared one by one"
    return {"rows": table.source_rows, "note": note}


if __name__ == "__main__":
    serve(answer_to)

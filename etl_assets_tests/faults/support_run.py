"""The support warehouse brought up to date without Dagster, in a process of its own that a failpoint may kill."""

import os
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from etl_assets.connectors.files.extract import extract_files
from etl_assets.defs.support import marts, raw, reports
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model

Rows = list[tuple[Any, ...]]

TABLES = tuple(model.name for model in (*marts.MODELS, *reports.MODELS))

_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__, "duckdb", "pandas", "psycopg", "pyarrow.parquet"])


def bring_up_to_date(home: Path, url: str) -> None:
    """Extract, load and build everything, in this process."""
    lake, engine = open_lake(str(home / "lake")), open_engine(url)
    for dataset in raw.DATASETS:
        extract_files(dataset, home / "landing", lake)
        load_dataset(engine, dataset, lake)
    for model in (*marts.MODELS, *reports.MODELS):
        build_model(engine, model)


def run(home: Path, url: str, *, failpoint: str | None = None) -> int:
    """Do the same in a process of its own; gives its exit code, -9 when the failpoint has killed it."""
    process = _processes.Process(target=_run, args=(home, url, failpoint))
    process.start()
    process.join()
    return process.exitcode or 0


def _run(home: Path, url: str, failpoint: str | None) -> None:
    if failpoint:
        os.environ["ETL_FAILPOINT"] = failpoint
    bring_up_to_date(home, url)


def contents(url: str) -> dict[str, Rows]:
    """Every row of every mart and report, and what the ledgers say of each file, in an order of its own."""
    with open_engine(url).reading() as session:
        found = {key: session.rows(f"select * from {TableName.parse(key).qualified}") for key in TABLES}
        found["files"] = session.rows(
            "select path, sha256, status, rows_read, rows_loaded, rows_quarantined, rows_duplicate from etl.files"
        )
    return {key: sorted(rows, key=repr) for key, rows in found.items()}

"""What a warehouse shows, to be compared with another one's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl_assets.defs.support import marts, reports
from etl_assets.defs.support.raw import DATASETS
from etl_assets.warehouse.engines import Engine, Session, open_engine

PROJECT = Path(__file__).parents[2]
TABLES = (
    *(dataset.table.qualified for dataset in DATASETS),
    *(model.table.qualified for model in (*marts.MODELS, *reports.MODELS)),
)
Shown = dict[str, list[tuple[Any, ...]]]


def every_table(engine: Engine) -> Shown:
    """The rows of every table and view, keys and all; a table that is not there has none."""
    if not engine.exists():
        return {table: [] for table in TABLES}
    with engine.reading() as session:
        return {table: _rows(session, table) for table in TABLES}


def _rows(session: Session, table: str) -> list[tuple[Any, ...]]:
    there = session.columns(*table.split("."))
    return sorted(session.rows(f"select * from {table}"), key=repr) if there else []


def undisturbed(landing: Path, home: Path) -> Shown:
    """What one run of a new warehouse makes of the same files, in a process of its own."""
    own = {"ETL_HOME": str(home), "ETL_LANDING_URL": str(landing), "ETL_SETTLE_SECONDS": "0"}
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))}
    argv = [sys.executable, "-c", "from etl_assets.cli import main; main()", "run", "support", "--json"]
    subprocess.run(argv, env={**os.environ, **paths, **own}, check=True, capture_output=True)  # noqa: S603 - made here
    return every_table(open_engine(f"duckdb:///{home / 'warehouse.duckdb'}"))


def differing(one: Shown, other: Shown) -> Sequence[str]:
    """The tables that are not the same."""
    return [table for table in TABLES if one[table] != other[table]]

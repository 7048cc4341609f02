"""What a warehouse shows, to be compared with another one's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from etl_assets.cli.execution import run_warehouses
from etl_assets.defs.support import marts, reports
from etl_assets.defs.support.raw import DATASETS
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, Session, open_engine

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
    """What one run of a new warehouse makes of the same files."""
    settings = Settings.read({"ETL_HOME": str(home), "ETL_LANDING_URL": str(landing), "ETL_SETTLE_SECONDS": "0"})
    assert run_warehouses(settings, ("support",)).success
    return every_table(open_engine(settings.warehouse_url))


def differing(one: Shown, other: Shown) -> Sequence[str]:
    """The tables that are not the same."""
    return [table for table in TABLES if one[table] != other[table]]

"""Marts in the processed zone as assets: their rows as Parquet, a batch for what each load has changed."""

from pathlib import Path
from time import perf_counter
from typing import Any

import dagster as dg

from etl_assets.factories.metadata import asset_key, code_references, failing_clearly, listed
from etl_assets.lake.lake import Lake
from etl_assets.names import SQL_ROOT, declared_in
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import Model
from etl_assets.warehouse.processed import ProcessedReport, processed_key, write_processed


def processed_asset(model: Model, *, sql_root: Path = SQL_ROOT) -> dg.AssetsDefinition:
    """The asset of a mart's rows in the processed zone.

    Args:
        model: The mart.
        sql_root: The folder of the SQL files.
    """

    @dg.asset(
        key=asset_key(processed_key(model.table)),
        deps=[asset_key(model.name)],
        description=f"The rows of `{model.table.qualified}` as Parquet: what each load has changed, a batch each.",
        kinds={"parquet"},
        tags={"layer": "processed"},
        metadata=code_references(declared_in(model.name)),
    )
    def written(warehouse: dg.ResourceParam[Engine], processed: dg.ResourceParam[Lake]) -> dg.MaterializeResult[Any]:
        started = perf_counter()
        with failing_clearly():
            report = write_processed(warehouse, model, processed, sql_root=sql_root)
        return dg.MaterializeResult(metadata=_figures(report, seconds=perf_counter() - started))

    return written


def _figures(report: ProcessedReport, *, seconds: float) -> dict[str, Any]:
    files = {"files": listed([part.path for part in report.parts])} if report.parts else {}
    return {
        "rows_written": report.rows,
        "is_whole": report.is_whole,
        "load_id": report.load_id,
        **files,
        "seconds": round(seconds, 3),
    }

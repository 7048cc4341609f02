"""Days again from the lake: a job with a partition for each day on which extracts were made."""

import dagster as dg

from etl_assets.factories.attempts import tags_of
from etl_assets.factories.extracts import Tables
from etl_assets.factories.metadata import asset_key, failing_clearly
from etl_assets.lake.lake import Lake
from etl_assets.warehouse.engines import Engine


def backfill_job(tables: Tables, *, first: str) -> dg.Definitions:
    """The job that brings a day of extracted tables into the warehouse again; what is made of them follows by itself.

    Args:
        tables: What is loaded, each with what it is extracted from; all of one warehouse.
        first: The first day that there can be an extract of, as ``2024-01-01``.
    """
    name = tables[0][0].table.warehouse

    @dg.op(name=f"{name}_load_again", description="Forgets a day's loads, and loads them again.")
    def load_again(
        context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Engine], lake: dg.ResourceParam[Lake]
    ) -> None:
        from etl_assets.warehouse.backfill import Days, backfill, batches_of  # noqa: PLC0415 - slow, and needed in a run only

        day = context.partition_time_window.start.date()
        days = Days(first=day, last=day)
        for dataset, _ in tables:
            with failing_clearly():
                if not (batches := batches_of(dataset, lake, days)):
                    continue
                report = backfill(warehouse, dataset, lake, days)
            found = {"loads": len(batches), "rows_loaded": report.total("loaded"), "seconds": round(report.seconds, 3)}
            context.log_event(dg.AssetMaterialization(asset_key(dataset.name), metadata=found))

    @dg.job(
        name=f"{name}_backfill",
        partitions_def=dg.DailyPartitionsDefinition(start_date=first, end_offset=1),
        tags=tags_of(name),
        description="Brings what was extracted on a day into the warehouse again, from the lake.",
    )
    def again() -> None:
        load_again()

    return dg.Definitions(jobs=[again])

"""Exchange rates as an asset: fetched, kept and landed, so that they go on as any file that lands."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final

import dagster as dg

from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset
from etl_assets.errors import EtlError
from etl_assets.factories.attempts import tags_of
from etl_assets.factories.metadata import Event, asset_key
from etl_assets.lake.lake import Lake
from etl_assets.settings import Settings

FETCHED: Final = "rates_can_be_fetched"
_UNSET: Final = "ETL_RATES_URL is not set, so none are fetched; those that land as files are taken."


def rates_key(dataset: Dataset) -> dg.AssetKey:
    """The asset of what the API says, as ``totesys/raw/rates_api``."""
    return asset_key(f"{dataset.table.warehouse}/raw/rates_api")


def fetched_rates(dataset: Dataset, *, base: str) -> dg.AssetsDefinition:
    """The asset of what the API of ``ETL_RATES_URL`` says. Where it cannot be asked, the last known rates stand.

    Args:
        dataset: What lands.
        base: The currency that the rates have to be of.
    """
    key = rates_key(dataset)

    @dg.asset(
        key=key,
        description="What the API of exchange rates said last: landed as a file when it is something new.",
        kinds={"json"},
        tags={"layer": "raw"},
        check_specs=[
            dg.AssetCheckSpec(FETCHED, asset=key, description="The API gives a document of rates, if there is one.")
        ],
    )
    def fetched(landing: dg.ResourceParam[Landing], lake: dg.ResourceParam[Lake]) -> Iterator[Event]:
        started = perf_counter()
        passed, told = _fetch(dataset, base, landing, lake)
        result = dg.AssetCheckResult(
            check_name=FETCHED,
            passed=passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=None if passed else str(told["notes"]),
        )
        seconds = round(perf_counter() - started, 3)
        yield dg.MaterializeResult(metadata={**told, "seconds": seconds}, check_results=[result])

    return fetched


def rates_schedule(dataset: Dataset, *, cron: str = "10 * * * *") -> dg.Definitions:
    """The job that asks the API, and its schedule; what it lands is taken as files are."""
    name = f"{dataset.table.warehouse}_rates"
    job = dg.define_asset_job(
        name,
        selection=dg.AssetSelection.assets(rates_key(dataset)),
        tags=tags_of(name),
        description="Asks the API of exchange rates what it says.",
    )

    @dg.schedule(
        name=f"{name}_each_hour",
        job_name=name,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Asks for exchange rates; a document that is the last one again changes nothing.",
    )
    def each_hour() -> dg.RunRequest | dg.SkipReason:
        return dg.RunRequest() if Settings.read().rates_url else dg.SkipReason(_UNSET)

    return dg.Definitions(jobs=[job], schedules=[each_hour])


def _fetch(dataset: Dataset, base: str, landing: Landing, lake: Lake) -> tuple[bool, dict[str, Any]]:
    """Whether the API could be asked, and what is to be told."""
    from etl_assets.connectors.http.rates import land_rates  # noqa: PLC0415 - slow, and needed in a run only

    url = Settings.read().rates_url
    if url is None:
        return True, {"notes": _UNSET}
    try:
        told = land_rates(url, dataset.name, landing, lake, base=base)
    except EtlError as error:
        return False, {"notes": str(error)}
    found = {"rate_date": told.rate_date.isoformat(), "rates": told.rates, "files_new": int(bool(told.path))}
    return True, found | ({"landed_as": told.path} if told.path else {})

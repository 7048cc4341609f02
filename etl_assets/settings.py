"""The settings, read from the environment here and nowhere else. Every default works on a bare machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Self

from etl_assets.cache import Cache
from etl_assets.errors import SettingsError
from etl_assets.failpoints import refuse_unknown
from etl_assets.limits import Limits
from etl_assets.names import extracted_warehouses
from etl_assets.urls import bucket_parts, folder_or_bucket, is_bucket, source_url, warehouse_url

KNOWN: Final = frozenset(
    {
        "ETL_HOME",
        "ETL_WAREHOUSE_URL",
        "ETL_LAKE_URL",
        "ETL_PROCESSED_URL",
        "ETL_LANDING_URL",
        "ETL_LANDING_QUEUE_URL",
        "ETL_TOTESYS_URL",
        "ETL_RATES_URL",
        "ETL_SOURCE_CONNECTIONS",
        "ETL_SOURCE_STATEMENT_SECONDS",
        "ETL_SOURCE_STALL_SECONDS",
        "ETL_SETTLE_SECONDS",
        "ETL_CACHE_GB",
        "ETL_FAILPOINT",
    }
)
_SETTLE_SECONDS: Final = 5.0
_CACHE_GB: Final = 10.0
_MOST_GB: Final = 100_000
_LIKE: Final = 0.75
_MOST_SECONDS: Final = 3600
_MOST_CONNECTIONS: Final = 32
_A_DAY: Final = 24 * 3600


def aws_environment() -> tuple[tuple[str, str], ...]:
    """What the environment tells the SDK of AWS: a client is made anew when it says something else."""
    return tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are.

    Args:
        home: The folder that the embedded defaults write to.
        warehouse_url: ``duckdb:///FILE`` or ``postgresql://…``; may hold a password, so it is never shown.
        lake_url: A folder, or ``s3://bucket/prefix``.
        processed_url: The processed zone; as above.
        landing_url: Where files arrive, below it one folder a warehouse; as above.
        totesys_url: ``sqlite:///FILE`` or ``postgresql://…``: the operational database of totesys; as secret.
        other_sources: The operational databases of other warehouses, ``ETL_<WAREHOUSE>_URL`` each; as secret.
        source_limits: How much may be asked of each operational database.
        landing_queue_url: The queue of SQS that names what has landed in a bucket; None when there is none.
        rates_url: Where exchange rates are fetched; None when they are not. May hold a key, so it is never shown.
        settle_seconds: A landed file is read when it has not been written to for so long.
        cache_gb: How much of what is read from buckets is kept on this machine.
        dagster_home: Where Dagster keeps its runs; None when it keeps none.
    """

    home: Path
    warehouse_url: str
    lake_url: str
    processed_url: str
    landing_url: str
    totesys_url: str
    other_sources: Mapping[str, str] = field(default_factory=dict)
    source_limits: Limits = field(default_factory=Limits)
    landing_queue_url: str | None = None
    rates_url: str | None = None
    settle_seconds: float = _SETTLE_SECONDS
    cache_gb: float = _CACHE_GB
    dagster_home: Path | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment, with a ``.env`` of the working folder below it.

        Raises:
            SettingsError: When a variable is unknown or its value cannot be used.
        """
        own = dict(os.environ if environment is None else environment)
        below = _dotenv() if environment is None else {}
        _lend_to_aws(below)
        given = below | own
        _refuse_unknown(own, "the environment")
        _refuse_unknown(below, str(Path(".env").absolute()))
        if given.get("ETL_FAILPOINT"):
            refuse_unknown(given["ETL_FAILPOINT"])
        home = Path(given.get("ETL_HOME") or "var").expanduser().absolute()
        found = cls(
            home=home,
            warehouse_url=warehouse_url(
                "ETL_WAREHOUSE_URL", given.get("ETL_WAREHOUSE_URL") or f"duckdb:///{home / 'warehouse.duckdb'}"
            ),
            lake_url=folder_or_bucket("ETL_LAKE_URL", given.get("ETL_LAKE_URL") or str(home / "lake")),
            processed_url=folder_or_bucket(
                "ETL_PROCESSED_URL", given.get("ETL_PROCESSED_URL") or str(home / "processed")
            ),
            landing_url=folder_or_bucket("ETL_LANDING_URL", given.get("ETL_LANDING_URL") or str(home / "landing")),
            totesys_url=source_url(
                "ETL_TOTESYS_URL", given.get("ETL_TOTESYS_URL") or f"sqlite:///{home / 'totesys.db'}"
            ),
            other_sources={
                name: source_url(variable, given[variable])
                for variable, name in _others().items()
                if given.get(variable)
            },
            source_limits=_limits(given),
            landing_queue_url=_address_of_the_web("ETL_LANDING_QUEUE_URL", given.get("ETL_LANDING_QUEUE_URL")),
            rates_url=_address_of_the_web("ETL_RATES_URL", given.get("ETL_RATES_URL")),
            settle_seconds=_number(
                "ETL_SETTLE_SECONDS", given.get("ETL_SETTLE_SECONDS") or str(_SETTLE_SECONDS), _MOST_SECONDS, "seconds"
            ),
            cache_gb=_number("ETL_CACHE_GB", given.get("ETL_CACHE_GB") or str(_CACHE_GB), _MOST_GB, "gigabytes"),
            dagster_home=Path(given["DAGSTER_HOME"]).expanduser().absolute() if given.get("DAGSTER_HOME") else None,
        )
        _refuse_queue_of_folder(found)
        _refuse_nested(found.landing_url, {"ETL_LAKE_URL": found.lake_url, "ETL_PROCESSED_URL": found.processed_url})
        return found

    @property
    def sources(self) -> Mapping[str, str]:
        """The operational databases, by the warehouse that is made of them."""
        return {**self.other_sources, "totesys": self.totesys_url}

    @property
    def exports(self) -> Path:
        """The folder that reports are written to as files."""
        return self.home / "exports"

    @property
    def cache(self) -> Cache:
        """Copies of what was read from buckets."""
        return Cache(self.home / "cache", gigabytes=self.cache_gb)

    @property
    def notifications(self) -> Path:
        """The file that messages to people are written to."""
        return self.home / "notifications.jsonl"


def variable(name: str) -> str | None:
    """A variable of the environment, else of the ``.env``, that a declaration names; None where it is not set."""
    return os.environ.get(name) or _dotenv().get(name) or None


def _dotenv() -> dict[str, str]:
    """What the ``.env`` of the working folder says; the environment wins over it."""
    from dotenv import dotenv_values  # noqa: PLC0415 - needed only where the real environment is read

    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def _lend_to_aws(below: Mapping[str, str]) -> None:
    """The SDK of AWS reads the environment itself, and knows no ``.env``."""
    for name, value in below.items():
        if name.startswith("AWS_"):
            os.environ.setdefault(name, value)


def _others() -> dict[str, str]:
    """The settings that warehouses of other databases have, by what stands in their folder."""
    return {f"ETL_{name.upper()}_URL": name for name in extracted_warehouses() if name != "totesys"}


def _refuse_unknown(given: Mapping[str, str], where: str) -> None:
    known = sorted({*KNOWN, *_others()})
    unknown = sorted(name for name in given if name.startswith("ETL_") and name not in known)
    if unknown:
        near = [found for name in unknown for found in get_close_matches(name, known, 1, _LIKE)]
        meant = f"Did you mean {', '.join(near)}? " if near else ""
        message = f"Unknown setting {', '.join(unknown)} in {where}."
        raise SettingsError(message, mend=f"{meant}Known are {', '.join(known)}.")


def _address_of_the_web(name: str, url: str | None) -> str | None:
    if url and not url.startswith(("https://", "http://")):
        message = f"{name} is no address of the web."
        raise SettingsError(message, mend="Write https:// and where it is; http:// on this machine.")
    return url or None


def _limits(given: Mapping[str, str]) -> Limits:
    """How much may be asked of a source."""
    known = Limits()
    names = {name: f"ETL_SOURCE_{name.upper()}" for name in ("connections", "statement_seconds", "stall_seconds")}
    texts = {name: given.get(setting) or f"{getattr(known, name):g}" for name, setting in names.items()}
    return Limits(
        connections=_connections(names["connections"], texts["connections"]),
        statement_seconds=_number(names["statement_seconds"], texts["statement_seconds"], _A_DAY, "seconds", least=1),
        stall_seconds=_number(names["stall_seconds"], texts["stall_seconds"], _MOST_SECONDS, "seconds", least=1),
    )


def _connections(name: str, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_CONNECTIONS:
        message = f"{name} is {text!r}."
        raise SettingsError(message, mend=f"Give a whole number, from 1 to {_MOST_CONNECTIONS}.")
    return int(text)


def _number(name: str, text: str, most: float, unit: str, *, least: float = 0) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not least <= number <= most:
        message = f"{name} is {text!r}."
        raise SettingsError(message, mend=f"Give a number of {unit}, from {least} to {most}.")
    return number


def _refuse_queue_of_folder(settings: Settings) -> None:
    if settings.landing_queue_url and not is_bucket(settings.landing_url):
        message = "ETL_LANDING_QUEUE_URL is set, and ETL_LANDING_URL is a folder: no queue says what lands there."
        raise SettingsError(message, mend="Unset it, or set ETL_LANDING_URL to s3://bucket/prefix.")


def _refuse_nested(landing: str, zones: Mapping[str, str]) -> None:
    """What is written into a zone has not landed, and what is done to its unfinished files is nobody else's matter."""
    place = ("ETL_LANDING_URL", landing)
    for zone in zones.items():
        for (inner, url), (outer, other) in ((place, zone), (zone, place)):
            if _is_within(url, other):
                message = f"{inner} is {url}, which is in {outer}, {other}."
                mend = "Give each a place of its own, as s3://bucket/landing and s3://bucket/lake."
                raise SettingsError(message, mend=mend)


def _is_within(url: str, other: str) -> bool:
    if is_bucket(url) and is_bucket(other):
        (bucket, prefix), (same, above) = bucket_parts(url), bucket_parts(other)
        return bucket == same and prefix.startswith(above)
    return not is_bucket(url) and not is_bucket(other) and Path(url).is_relative_to(other)

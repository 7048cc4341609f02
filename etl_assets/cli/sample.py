"""``etl-assets sample``: realistic sources to try things on."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import warehouses
from etl_assets.connectors.files.landings import open_landing
from etl_assets.errors import DeclarationError, SettingsError
from etl_assets.settings import Settings
from etl_assets.urls import is_bucket, place_name, source_url


class Report(Protocol):
    """What a sample consists of."""

    def document(self) -> dict[str, Any]:
        """For machines."""
        ...

    def said(self) -> str:
        """In one line."""
        ...


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option(
    "--scale", default=1, show_default=True, help="How large; 1 is some 400 cases, 16,000 payments, 8,000 events."
)
@click.option(
    "--seed", default=1, show_default=True, help="Another seed, another sample; the same one, the same bytes."
)
@click.option("--days", default=0, show_default=True, help="Days behind the history; more days continue it.")
@click.option("--url", help="The database that totesys is written into, in place of ETL_TOTESYS_URL.")
def sample(warehouse: tuple[str, ...], *, scale: int, seed: int, days: int, url: str | None, as_json: bool) -> None:
    """Write sample sources: files into the landing folder, totesys into its database.

    Without a WAREHOUSE, for all of them.
    """
    settings, names = Settings.read(), sampled(warehouse)
    if url is not None:
        settings = replace(settings, totesys_url=source_url("--url", url))
        if _TOTESYS not in names:
            message = f"--url is given, and the sample of {', '.join(names)} has no database."
            raise SettingsError(message, mend=f"Name the sample: etl-assets sample {_TOTESYS} --url URL.")
    reports = {name: write(settings, name, scale, seed, days) for name in names}
    if as_json:
        print_json({name: report.document() for name, report in reports.items()})
        return
    for name, report in reports.items():
        click.echo(f"{name}: {report.said()}")


def sampled(named: Sequence[str] = ()) -> tuple[str, ...]:
    """The samples that were named, those of all warehouses when none was.

    Raises:
        DeclarationError: When there is no such warehouse, or no sample for it.
    """
    missing = [name for name in warehouses([name for name in named if name not in _WRITERS]) if name not in _WRITERS]
    if named and missing:
        message = f"There is no sample for {', '.join(missing)}."
        raise DeclarationError(message, mend=f"Samples are there for: {', '.join(sorted(_WRITERS))}.")
    return tuple(dict.fromkeys(named)) or tuple(name for name in warehouses() if name in _WRITERS)


def write(settings: Settings, name: str, scale: int, seed: int, days: int) -> Report:
    """Write one warehouse's sources.

    Raises:
        LoadRefused: When something else is in the way.
        SettingsError: When a number makes no sense.
        SourceError: When a database cannot be reached.
    """
    return _WRITERS[name](settings, scale=scale, seed=seed, days=days)


def _support(settings: Settings, *, scale: int, seed: int, days: int) -> Report:
    from etl_assets.samples.support import write_support  # noqa: PLC0415 - only what is written is imported

    with _folder(settings, "support") as folder:
        return write_support(folder, scale=scale, seed=seed, days=days)


def _totesys(settings: Settings, *, scale: int, seed: int, days: int) -> Report:
    from etl_assets.samples.totesys import write_totesys  # noqa: PLC0415 - only what is written is imported
    from etl_assets.samples.totesys.rates import write_rates  # noqa: PLC0415 - as above

    url = settings.totesys_url
    history = settings.home / f"{place_name(url)}_history.db"
    report = write_totesys(url, history, scale=scale, seed=seed, days=days)
    with _folder(settings, _TOTESYS) as folder:
        write_rates(folder, seed=seed, days=report.days)
    return report


def _sparkify(settings: Settings, *, scale: int, seed: int, days: int) -> Report:
    from etl_assets.samples.sparkify import write_sparkify  # noqa: PLC0415 - only what is written is imported

    with _folder(settings, "sparkify") as folder:
        return write_sparkify(folder, scale=scale, seed=seed, days=days)


def _dms(settings: Settings, *, scale: int, seed: int, days: int) -> Report:
    from etl_assets.samples.dms import write_dms  # noqa: PLC0415 - only what is written is imported

    with _folder(settings, "dms") as folder:
        return write_dms(folder, scale=scale, seed=seed, days=days)


@contextmanager
def _folder(settings: Settings, warehouse: str) -> Generator[Path]:
    """The folder to write a warehouse's files into; what is meant for a bucket is written beside it, then uploaded."""
    if not is_bucket(settings.landing_url):
        yield Path(settings.landing_url) / warehouse
        return
    folder = settings.home / "samples" / warehouse
    yield folder
    landing = open_landing(settings.landing_url, settings.cache)
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            landing.land(warehouse, file.relative_to(folder).as_posix(), file)


_TOTESYS: Final = "totesys"
_WRITERS: Final[dict[str, Callable[..., Report]]] = {
    "dms": _dms,
    "sparkify": _sparkify,
    "support": _support,
    _TOTESYS: _totesys,
}

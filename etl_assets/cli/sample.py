"""``etl-assets sample``: realistic sources to try things on."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import warehouses
from etl_assets.errors import DeclarationError
from etl_assets.samples.report import SampleReport
from etl_assets.settings import Settings

_SAMPLES: Final = Path(__file__).parents[1] / "samples"


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--scale", default=1, show_default=True, help="How large; 1 is about 400 cases.")
@click.option(
    "--seed", default=1, show_default=True, help="Another seed, another sample; the same one, the same bytes."
)
@click.option("--days", default=0, show_default=True, help="Daily exports behind the history; more days continue it.")
def sample(warehouse: tuple[str, ...], *, scale: int, seed: int, days: int, as_json: bool) -> None:
    """Write sample sources into the landing folder.

    Without a WAREHOUSE, for all of them.
    """
    settings = Settings.read()
    reports = {name: write(settings, name, scale, seed, days) for name in sampled(warehouse)}
    if as_json:
        print_json({name: as_document(report) for name, report in reports.items()})
        return
    for name, report in reports.items():
        click.echo(f"{name}: {said(report)}")


def sampled(named: Sequence[str] = ()) -> tuple[str, ...]:
    """The warehouses that were named, all that there is a sample for when none was.

    Raises:
        DeclarationError: When there is no such warehouse, or no sample for it.
    """
    known = sorted(file.parent.name for file in _SAMPLES.glob("*/__init__.py"))
    asked = warehouses(named)
    missing = [name for name in asked if name not in known]
    if named and missing:
        message = f"There is no sample for {', '.join(missing)}."
        raise DeclarationError(message, mend=f"Samples are there for: {', '.join(known)}.")
    return tuple(name for name in asked if name in known)


def write(settings: Settings, warehouse: str, scale: int, seed: int, days: int) -> SampleReport:
    """Write one warehouse's sources.

    Raises:
        LoadRefused: When other files are in the way.
        SettingsError: When a number makes no sense.
    """
    writer: Any = import_module(f"etl_assets.samples.{warehouse}")
    return getattr(writer, f"write_{warehouse}")(
        Path(settings.landing_url) / warehouse, scale=scale, seed=seed, days=days
    )


def as_document(report: SampleReport) -> dict[str, Any]:
    """A sample's report for machines."""
    return {"folder": str(report.folder), "rows": dict(report.rows), "written": list(report.written)}


def said(report: SampleReport) -> str:
    """A sample's report in one line."""
    size = f"{len(report.files):,} files with {sum(report.rows.values()):,} rows in {report.folder}"
    return f"{size}, {len(report.written):,} of them new"

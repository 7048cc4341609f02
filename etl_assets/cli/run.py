"""``etl-assets run``: bring warehouses up to date."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from etl_assets.cli.border import Verb, print_error, print_json, shows_traces
from etl_assets.cli.execution import RunReport, run_warehouses
from etl_assets.cli.graph import datasets_of, warehouses
from etl_assets.cli.layers import by_layer
from etl_assets.cli.outcome import Outcome
from etl_assets.cli.progress import Progress
from etl_assets.cli.sample import sampled
from etl_assets.cli.show import console, program, table
from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.files.landings import Landing, open_landing
from etl_assets.errors import SourceMissing, WarehouseError
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.ready import refuse_unwritable
from etl_assets.warehouse.status import status
from etl_assets.words import few


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--allow-closing", is_flag=True, help="Let a snapshot close more keys than its dataset allows.")
@click.option(
    "--put-aside",
    metavar="PATH",
    multiple=True,
    help="Go on without this file where it is refused; its path as the error has it.",
)
@click.option("--verbose", is_flag=True, help="Show Dagster's own log.")
def run(
    warehouse: tuple[str, ...], *, allow_closing: bool, put_aside: tuple[str, ...], verbose: bool, as_json: bool
) -> None:
    """Extract what is new and bring every table up to date.

    Without a WAREHOUSE, all of them.
    """
    settings = Settings.read()
    named = [name for name in warehouses(warehouse) if _has_its_source(settings, name, must=name in warehouse)]
    for name in named:
        if not any(dataset.extracted for dataset in datasets_of(name)):
            _note_empty(open_landing(settings.landing_url, settings.cache), name)
    report = run_shown(
        settings, named, allow_closing=allow_closing, put_aside=put_aside, verbose=verbose, show=not as_json
    )
    if as_json:
        print_json(as_document(report) | {"not_put_aside": _not_found(put_aside, report.outcomes)})
    else:
        show(report, put_aside=put_aside)
    raise click.exceptions.Exit(0 if report.success else 1)


def run_shown(
    settings: Settings,
    names: Sequence[str],
    *,
    allow_closing: bool = False,
    put_aside: Sequence[str] = (),
    verbose: bool = False,
    show: bool,
) -> RunReport:
    """Run warehouses, with a progress bar where there is a terminal.

    Args:
        settings: Where things are.
        names: The warehouses' names.
        allow_closing: Let a snapshot close more keys than its dataset allows.
        put_aside: Paths of files that go to the quarantine whole where a load refuses them.
        verbose: Let Dagster write its own log.
        show: Whether a person is looking on.

    Raises:
        WarehouseError: When the warehouse cannot be written.
    """
    engine = open_engine(settings.warehouse_url)
    refuse_unwritable(engine)
    with Progress(show=show and not verbose) as progress:
        report = run_warehouses(
            settings,
            names,
            allow_closing=allow_closing,
            put_aside=put_aside,
            verbose=verbose,
            planned=progress.plan,
            told=progress.tell,
        )
    _count_at_the_end(engine, names, report.outcomes)
    return report


def _count_at_the_end(engine: Engine, names: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    """A fact that names keys nobody told of adds members to dimensions that were built before it."""
    with suppress(WarehouseError):
        rows = {table.model: table.rows for name in names for table in status(engine, name).tables}
        for outcome in outcomes:
            if outcome.state == "done" and (found := rows.get(outcome.asset)) is not None:
                outcome.counts["rows"] = found


def _note_empty(landing: Landing, name: str) -> None:
    if next(landing.files(name), None) is None:
        sample = f", or try `{program()} sample {name}`" if name in sampled() else ""
        click.echo(f"Nothing has landed in {landing.uri}/{name}: put files there{sample}.", err=True)


def _has_its_source(settings: Settings, name: str, *, must: bool) -> bool:
    """Whether a warehouse's database is there; one that never was does not keep the others from being run."""
    extracted = [dataset.name for dataset in datasets_of(name) if dataset.extracted]
    try:
        if extracted:
            Sources(settings.sources, settings.source_limits).of(name).refuse_missing()
    except SourceMissing as error:
        lake = open_lake(settings.lake_url, settings.cache)
        if must or any(lake.manifests(dataset) for dataset in extracted):
            raise
        click.echo(f"{name} is left out: {error}", err=True)
        return False
    return True


def as_document(report: RunReport) -> dict[str, Any]:
    """A run's report for machines."""
    return {
        "success": report.success,
        "seconds": round(report.seconds, 3),
        "run_id": report.run_id,
        "error": report.error if not any(outcome.error for outcome in report.outcomes) else "",
        "assets": [_asset(outcome) for outcome in report.outcomes],
    }


def show(report: RunReport, *, put_aside: Sequence[str] = (), brief: bool = False) -> None:
    """Show a run's report to a person, who may have given files up; in brief, a line a layer."""
    terminal = console()
    if brief:
        terminal.print(by_layer(report.outcomes))
    else:
        show_outcomes(terminal, report.outcomes)
        _show_notes(terminal, report.outcomes)
    _show_not_found(terminal, put_aside, report.outcomes)
    _show_failures(report)
    states = Counter(outcome.state for outcome in report.outcomes)
    counted = ", ".join(f"{count} {state}" for state, count in states.items())
    terminal.print(f"[bold]{'ok' if report.success else 'failed'}[/]: {counted}, in {report.seconds:.1f} s")


def show_outcomes(terminal: Console, outcomes: Sequence[Outcome]) -> None:
    """Show what became of each asset, and what warns."""
    columns = ("asset", "rows", "read", "loaded", "quarantined", "duplicate", "written", "seconds", "checks")
    terminal.print(table(columns, [_row(outcome) for outcome in outcomes]))
    _show_warnings(terminal, outcomes)


def _asset(outcome: Outcome) -> dict[str, Any]:
    found = asdict(outcome) | {"seconds": round(outcome.seconds, 3)}
    return {name: value for name, value in found.items() if name not in {"trace", "counts"}} | outcome.counts


def _row(outcome: Outcome) -> list[object]:
    seconds = outcome.seconds if outcome.state == "done" else None
    return [outcome.asset, *outcome.counts.values(), seconds, _checks(outcome)]


def _checks(outcome: Outcome) -> str:
    if outcome.state in {"failed", "skipped"}:
        return outcome.state
    warned = len(outcome.warnings)
    return f"{len(outcome.checks) - warned} ok" + (f", {warned} warn" if warned else "")


def _show_warnings(terminal: Console, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        for check in outcome.warnings:
            shown = f", {len(check.sample)} of {check.found} shown" if check.sample else ""
            terminal.print(f"[yellow]warning:[/] {outcome.asset}: {check.name} found {check.found}{shown}")
            if check.sample:
                names = [*check.sample[0]]
                terminal.print(table(names, [[*row.values()] for row in check.sample], left=len(names)))
            if check.query and len(check.sample) < check.found:
                terminal.print(f"All of them:\n{check.query}", markup=False, soft_wrap=True)


def _put_aside(outcomes: Sequence[Outcome]) -> list[str]:
    """The files that a person has put aside, with the warehouse's folder."""
    return [f"{outcome.asset.partition('/')[0]}/{path}" for outcome in outcomes for path in outcome.put_aside]


def _not_found(paths: Sequence[str], outcomes: Sequence[Outcome]) -> list[str]:
    """The paths of which no refused file was put aside."""
    done = _put_aside(outcomes)
    return [path for path in paths if path not in done and path not in {one.partition("/")[2] for one in done}]


def _show_not_found(terminal: Console, paths: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    refused = ", ".join(outcome.refused for outcome in outcomes if outcome.refused)
    done = ", ".join(_put_aside(outcomes))
    there = f"refused is {refused}" if refused else f"put aside was {done}" if done else "nothing was refused"
    for path in _not_found(paths, outcomes):
        said = escape(f"--put-aside {path}: there is no refused file of that path; {there}")
        terminal.print(f"[yellow]warning:[/] {said}", soft_wrap=True)


def _show_notes(terminal: Console, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        for note in outcome.notes:
            terminal.print(f"note: {outcome.asset}: {note}", markup=False, soft_wrap=True)


def _show_failures(report: RunReport) -> None:
    """Each error once, with the assets that it stopped."""
    stopped: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        if outcome.state == "failed":
            stopped.setdefault(outcome.error, []).append(outcome.asset)
            click.echo(outcome.trace if shows_traces() else "", err=True, nl=False)
    if not report.success and not stopped:
        stopped[report.error] = []
    for error, assets in stopped.items():
        where = f" ({few(assets)})" if assets else ""
        print_error(f"{error}{where}")

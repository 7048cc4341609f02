"""``etl-assets demo``: from nothing to a warehouse, in one command."""

from typing import Any, Final

import click
from rich.console import Console

from etl_assets.cli import run as runs
from etl_assets.cli import sample as samples
from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.execution import RunReport
from etl_assets.cli.graph import warehouses
from etl_assets.cli.show import console, program, table
from etl_assets.settings import Settings
from etl_assets.urls import shown_url
from etl_assets.warehouse.delimited import python_rows
from etl_assets.warehouse.engines import open_engine

_REPORT: Final = "select * from support_reports.team_performance"
_VERSIONS: Final = (
    "select aid, name, team, skills, valid_from, valid_to from support_marts.dim_analysts"
    " where aid in (select min(aid) from support_marts.dim_analysts where team is not null and not is_current)"
    " order by valid_from"
)
_SALES: Final = (
    "select cast(year as varchar) || '-' || right('0' || cast(month as varchar), 2) as month,"
    " cast(sum(sales) as bigint) as sales, cast(sum(units) as bigint) as units,"
    " cast(sum(amount_gbp) as bigint) as amount_gbp"
    " from totesys_reports.sales_by_month group by year, month order by 1 desc limit 6"
)
_SONGS: Final = (
    "select place, song, artist, plays, listeners from sparkify_reports.top_songs order by place, song, artist limit 5"
)


@click.command(cls=Verb)
@click.option("--scale", default=1, show_default=True, help="How large the sample is; 1 is about 400 cases.")
@click.option("--days", default=2, show_default=True, help="Daily exports behind the sample's history.")
def demo(*, scale: int, days: int, as_json: bool) -> None:
    """Make sample sources, run everything, and say what was built and where to look."""
    settings, names = Settings.read(), warehouses()
    written = {name: samples.write(settings, name, scale, 1, days) for name in samples.sampled()}
    if not as_json:
        for name, report in written.items():
            click.echo(f"sample {name}: {report.said()}")
    report = runs.run_shown(settings, names, show=not as_json)
    if as_json:
        documents = {name: report.document() for name, report in written.items()}
        print_json({"samples": documents, "run": runs.as_document(report), **_looked_up(settings, report)})
    else:
        runs.show(report, brief=True)
        _show(settings, report)
    raise click.exceptions.Exit(0 if report.success else 1)


def _looked_up(settings: Settings, report: RunReport) -> dict[str, Any]:
    if not report.success:
        return {}
    asked = {"team_performance": _REPORT, "sales_by_month": _SALES, "top_songs": _SONGS}
    answers = {name: _ask(settings, query) for name, query in asked.items()}
    return {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, (columns, rows) in answers.items()}


def _show(settings: Settings, report: RunReport) -> None:
    if not report.success:
        return
    terminal = console()
    terminal.print("[bold]An analyst over time[/] (support_marts.dim_analysts)")
    terminal.print(table(*_ask(settings, _VERSIONS), left=6))
    terminal.print("[bold]Hours to assignment by priority[/] (support_reports.team_performance)")
    terminal.print(table(*_ask(settings, _REPORT)))
    terminal.print("[bold]Sales of the last months, in pounds[/] (totesys_reports.sales_by_month)")
    terminal.print(table(*_ask(settings, _SALES)))
    terminal.print("[bold]Songs that are played most[/] (sparkify_reports.top_songs)")
    terminal.print(table(*_ask(settings, _SONGS), left=3))
    _show_where(terminal, settings, report)


def _show_where(terminal: Console, settings: Settings, report: RunReport) -> None:
    checks = sum(len(outcome.checks) for outcome in report.outcomes)
    warned = sum(len(outcome.warnings) for outcome in report.outcomes)
    built = f"{len(report.outcomes)} assets, {checks} checks, {warned} of them warn"
    places = {
        "built": built,
        "warehouse": shown_url(settings.warehouse_url),
        "lake": settings.lake_url,
        "reports": str(settings.exports),
        "look": f'{program()} query "{_REPORT}"',
        "": f"{program()} status",
        "more": f"`{program()} sample --days 3` and `{program()} run` for a day more; `make dev` shows Dagster's pages",
    }
    for name, place in places.items():
        terminal.print(f"[bold]{name:<10}[/]{place}", soft_wrap=True)


def _ask(settings: Settings, query: str) -> tuple[list[str], list[tuple[object, ...]]]:
    with open_engine(settings.warehouse_url).reading() as session:
        reader = session.batches(query)
        return reader.schema.names, [*python_rows(reader)]

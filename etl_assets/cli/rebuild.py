"""``etl-assets rebuild``: warehouses again from the lake, swapped in when they are whole."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import declared, warehouses
from etl_assets.cli.outcome import Outcome, outcome_of
from etl_assets.cli.progress import Progress
from etl_assets.cli.run import show_outcomes
from etl_assets.cli.show import console, program
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.engines.aside import Swapped
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.ready import refuse_another_lake, refuse_unwritable
from etl_assets.warehouse.rebuild.rebuild import Rules
from etl_assets.warehouse.rebuild.rebuild import rebuild as made_again


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """A warehouse that was made again.

    Args:
        warehouse: Its name.
        outcomes: What came of each table.
        swapped: What became of what else was there.
        seconds: For all of it.
    """

    warehouse: str
    outcomes: tuple[Outcome, ...]
    swapped: Swapped
    seconds: float


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--allow-closing", is_flag=True, help="Let a snapshot close more keys than its dataset allows.")
@click.option("--put-aside", metavar="PATH", multiple=True, help="Go on without this file where it is refused.")
def rebuild(warehouse: tuple[str, ...], *, allow_closing: bool, put_aside: tuple[str, ...], as_json: bool) -> None:
    """Make warehouses again from the lake alone, and swap them in when they are whole.

    Without a WAREHOUSE, all of them. What is there stands until then, and if anything fails. What was decided before,
    as files that were put aside, is decided the same again: the lake keeps it.
    """
    settings, named = Settings.read(), warehouses(warehouse)
    engine = open_engine(settings.warehouse_url)
    refuse_unwritable(engine)
    rules = Rules(allow_closing=allow_closing, put_aside=put_aside)
    with Progress(show=not as_json) as progress:
        everything = {name: declared(name) for name in named}
        lake = open_lake(settings.lake_url, settings.cache)
        for one in everything.values():
            refuse_another_lake(engine, lake, (dataset.name for dataset in one.datasets))
        progress.plan(sum(len(one.datasets) + len(one.models) for one in everything.values()))
        found = [_rebuilt(settings, name, rules, progress.tell) for name in named]
    if as_json:
        print_json([_document(one) for one in found])
        return
    for one in found:
        _show(one)
    click.echo(f"Reports are written out as files by the next `{program()} run`.")


def _rebuilt(settings: Settings, name: str, rules: Rules, told: Callable[[Outcome], None]) -> Rebuilt:
    started = perf_counter()
    outcomes: dict[str, Outcome] = {}

    def hear(table: str, report: LoadReport | BuildReport | None) -> None:
        outcomes[table] = outcome_of(table, report)
        told(outcomes[table])

    engine, lake = open_engine(settings.warehouse_url), open_lake(settings.lake_url, settings.cache)
    swapped = made_again(engine, name, declared(name), lake, rules=rules, told=hear)
    return Rebuilt(
        warehouse=name,
        outcomes=tuple(outcomes.values()),
        swapped=swapped,
        seconds=perf_counter() - started,
    )


def _show(rebuilt: Rebuilt) -> None:
    terminal = console()
    show_outcomes(terminal, rebuilt.outcomes)
    for name in rebuilt.swapped.kept:
        terminal.print(f"[yellow]kept:[/] {name} is not declared, and was left as it was", soft_wrap=True)
    for name in rebuilt.swapped.remade:
        terminal.print(f"made anew: {name}, a view that reads {rebuilt.warehouse}", soft_wrap=True)
    terminal.print(f"[bold]ok[/]: {rebuilt.warehouse} was made again, in {rebuilt.seconds:.1f} s")


def _document(rebuilt: Rebuilt) -> dict[str, Any]:
    return {
        "warehouse": rebuilt.warehouse,
        "seconds": round(rebuilt.seconds, 3),
        "kept": rebuilt.swapped.kept,
        "remade": rebuilt.swapped.remade,
        "tables": [{"table": one.asset, **one.counts} for one in rebuilt.outcomes],
    }

"""``etl-assets backfill``: what was extracted on some days again, from the lake into the tables."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import chosen_pairs, declared
from etl_assets.cli.outcome import outcome_of
from etl_assets.cli.progress import Progress
from etl_assets.cli.run import show_outcomes
from etl_assets.cli.show import console, counted, program
from etl_assets.errors import DeclarationError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.backfill import Days, batches_of
from etl_assets.warehouse.backfill import backfill as backfilled
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.ready import refuse_another_lake, refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from etl_assets.cli.outcome import Outcome
    from etl_assets.datasets import Dataset
    from etl_assets.warehouse.load.report import LoadReport
    from etl_assets.warehouse.models.reports import BuildReport

    Work = tuple[str, Callable[[], LoadReport | BuildReport]]

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--from", "first", type=_DAY, metavar="DAY", required=True, help="The first day, as 2024-11-14, in UTC.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day; the first one, unless it is said.")
@click.option("--table", "only", metavar="TABLE", multiple=True, help="Only this table, as totesys/staging/payment.")
def backfill(
    warehouse: tuple[str, ...], first: datetime, last: datetime | None, only: tuple[str, ...], *, as_json: bool
) -> None:
    """Bring what was extracted on some days into the warehouse again, and build what is made of it.

    The days are those on which the extracts were made. Their rows are taken out of the staging tables and come again
    from the lake, in one transaction a table, as a rebuild would bring them; the source is not asked. Then all tables
    that are made of them are asked again, and what differs is written.
    """
    settings, days = Settings.read(), Days(first=first.date(), last=(last or first).date())
    engine, lake = open_engine(settings.warehouse_url), open_lake(settings.lake_url, settings.cache)
    refuse_unwritable(engine)
    chosen = {name: [dataset for dataset, _ in pairs] for name, pairs in chosen_pairs(warehouse, only).items()}
    datasets = [dataset for many in chosen.values() for dataset in many]
    refuse_another_lake(engine, lake, [dataset.name for dataset in datasets])
    batches = sum(len(batches_of(dataset, lake, days)) for dataset in datasets)
    if not batches:
        message = f"Nothing was extracted from {days.first} to {days.last}."
        raise DeclarationError(message, mend=f"`{program()} status` says when extracts were, in UTC.")
    work = [one for name, many in chosen.items() for one in _work(engine, lake, days, name, many)]
    with Progress(show=not as_json) as progress:
        outcomes = [*_done(work, progress)]
    if as_json:
        print_json({"batches": batches, "tables": [{"table": one.asset, **one.counts} for one in outcomes]})
        return
    terminal = console()
    show_outcomes(terminal, outcomes)
    terminal.print(f"[bold]ok[/]: {counted(batches, 'load')} came again")
    click.echo(f"Reports are written out as files by the next `{program()} run`.")


def _work(engine: Engine, lake: Lake, days: Days, name: str, chosen: "Collection[Dataset]") -> "Iterator[Work]":
    """What is done to a warehouse: tables come again, others are loaded, and all that is made of them is built."""
    everything = declared(name)
    for dataset in everything.datasets:
        do = partial(backfilled, days=days) if dataset in chosen else load_dataset
        yield dataset.name, partial(do, engine, dataset, lake)
    for model in everything.models:
        yield model.name, partial(build_model, engine, model)


def _done(work: "Sequence[Work]", progress: Progress) -> "Iterator[Outcome]":
    progress.plan(len(work))
    for table, do in work:
        progress.tell(outcome_of(table, None))
        outcome = outcome_of(table, do())
        progress.tell(outcome)
        yield outcome

"""``etl-assets quarantine``: what could not be loaded and why, and loading it again."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.markup import escape

from etl_assets.cli import run as runs
from etl_assets.cli.border import Verb, print_error, print_json
from etl_assets.cli.graph import dataset_named, datasets_of, warehouses
from etl_assets.cli.replay import Replayed, chosen, replay_dataset
from etl_assets.cli.show import console, counted, program, table
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.quarantine import Held, held_files, held_rows
from etl_assets.warehouse.ready import refuse_unwritable


@click.group()
def quarantine() -> None:
    """Show what could not be loaded and why; load it again once the rule or the file is right."""


@quarantine.command("list", cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Also deliveries that a newer one of their path has replaced.")
def list_(warehouse: tuple[str, ...], *, every: bool, as_json: bool) -> None:
    """Say of each file how much of it is in the quarantine, why, and since when."""
    engine = open_engine(Settings.read().warehouse_url)
    found = [held for name in warehouses(warehouse) for held in held_files(engine, f"{name}/%")]
    shown = [held for held in found if every or not held.is_replaced]
    if as_json:
        print_json([asdict(held) for held in shown])
        return
    terminal = console()
    if shown:
        columns = ("dataset", "file", "reasons", "rows", "since (UTC)")
        terminal.print(table(columns, [_row(held) for held in shown], left=3))
    else:
        terminal.print("Nothing is in the quarantine.")
    if hidden := len(found) - len(shown):
        terminal.print(f"{counted(hidden, 'older delivery')} replaced by newer ones: --all shows them.", soft_wrap=True)


def _row(held: Held) -> list[object]:
    reasons = "; ".join(f"{count} x {reason}" if held.rows else reason for reason, count in held.reasons.items())
    more = " (replaced by a newer delivery)" if held.is_replaced else ""
    return [held.dataset, held.path, reasons + more, held.rows or "the file", held.since]


@quarantine.command(cls=Verb)
@click.argument("name", metavar="DATASET|FILE")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="At most so many rows.")
@click.option("--all", "every", is_flag=True, help="Also those of deliveries that a newer one has replaced.")
def show(name: str, *, limit: int, every: bool, as_json: bool) -> None:
    """Show the rows of a dataset, or of a file, that are in the quarantine, and the record as it came."""
    engine = open_engine(Settings.read().warehouse_url)
    dataset = dataset_named(name)
    found = held_rows(engine, dataset.name if dataset else name, limit=limit + 1, every=every)
    rows, more = found[:limit], len(found) > limit
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    terminal = console()
    if not rows:
        there = "" if dataset else f" `{program()} quarantine list` says what is."
        terminal.print(f"Nothing of {escape(name)} is in the quarantine.{there}", soft_wrap=True)
        return
    columns = ("file", "line", "column", "value", "reason", "record")
    cells = [[row.path, _number(row.line), row.column, row.value, row.reason, row.record] for row in rows]
    terminal.print(table(columns, cells, left=len(columns)))
    if more:
        terminal.print(f"There are more: --limit {limit * 5} shows them.")


def _number(line: int | None) -> str:
    return "" if line is None else str(line)


@quarantine.command(cls=Verb)
@click.argument("dataset", nargs=-1)
@click.option("--file", "files", metavar="PATH", multiple=True, help="Only this file, also if a newer one replaced it.")
@click.option("--no-run", is_flag=True, help="Load only: bring nothing up to date that is made of it.")
def replay(dataset: tuple[str, ...], *, files: tuple[str, ...], no_run: bool, as_json: bool) -> None:
    """Load again what was held back, as the files are declared now.

    Without a DATASET, of all. What fits by now is loaded as a new warehouse would have loaded it, files that were put
    aside or could not be read are tried again, and what still does not fit stays, with its reason of now. Then the
    warehouses are brought up to date as `etl-assets run` does.
    """
    settings = Settings.read()
    engine = open_engine(settings.warehouse_url)
    refuse_unwritable(engine)
    everything = [one for name in warehouses() for one in datasets_of(name)]
    replayed = [replay_dataset(settings, engine, one, files) for one in chosen(everything, dataset, files, engine)]
    names = list(dict.fromkeys(one.dataset.partition("/")[0] for one in replayed))
    report = runs.run_shown(settings, names, show=not as_json) if names and not no_run else None
    if as_json:
        found = [asdict(one) for one in replayed]
        print_json({"replayed": found, "run": runs.as_document(report) if report else None})
    else:
        _show_replayed(replayed)
        if report:
            runs.show(report)
        elif names:
            click.echo(f"Then: {program()} run {' '.join(names)}")
    is_well = all(not one.error for one in replayed) and (report is None or report.success)
    raise click.exceptions.Exit(0 if is_well else 1)


def _show_replayed(replayed: Sequence[Replayed]) -> None:
    terminal = console()
    if not replayed:
        terminal.print("Nothing is in the quarantine, so nothing can be loaded again.")
        return
    columns = ("replayed", "rows loaded", "rows held", "before", "files held", "before")
    terminal.print(table(columns, [_figures(one) for one in replayed]))
    for one in replayed:
        for note in one.notes:
            terminal.print(f"{one.dataset}: {escape(note)}", soft_wrap=True)
        if one.error:
            print_error(one.error)


def _figures(one: Replayed) -> list[Any]:
    return [one.dataset, one.rows_loaded, one.rows_held, one.rows_held_before, one.files_held, one.files_held_before]

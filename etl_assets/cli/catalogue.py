"""``etl-assets catalogue``: what the tables of a source looked like, and letting extracts go by what they became."""

from collections.abc import Iterator
from typing import Any

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import dataset_named, datasets_of, warehouses
from etl_assets.cli.show import console, program, table
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.lake.catalogue import Catalogue, State
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings


@click.group()
def catalogue() -> None:
    """Show the columns of extracted tables as they were seen; accept those that were refused."""


@catalogue.command("list", cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every state, not only the last of each table.")
def list_(warehouse: tuple[str, ...], *, every: bool, as_json: bool) -> None:
    """Say of each extracted table since when its columns are as they are, and whether they are accepted."""
    found = [(name, state) for name, states in _states(warehouse) for state in (states if every else states[-1:])]
    if as_json:
        print_json([_document(name, state) for name, state in found])
        return
    terminal = console()
    if not found:
        terminal.print("Nothing was extracted yet.")
        return
    rows = [(name, state.verdict, state.reason, state.number, state.seen_at) for name, state in found]
    terminal.print(table(("table", "verdict", "what changed", "state", "seen at (UTC)"), rows, left=3))


@catalogue.command(cls=Verb)
@click.argument("name", metavar="TABLE")
def show(name: str, *, as_json: bool) -> None:
    """Show a table's columns as they were seen last, with the types of the source and of the lake."""
    dataset = _extracted(name)
    states = _catalogue().states(dataset.name)
    if not states:
        message = f"{dataset.name} was never extracted."
        raise DeclarationError(message, mend=f"`{program()} run {dataset.table.warehouse}` extracts it.")
    last = states[-1]
    if as_json:
        print_json(_document(dataset.name, last))
        return
    terminal = console()
    terminal.print(f"[bold]{dataset.name}[/], state {last.number}: {last.verdict}, {last.reason}", soft_wrap=True)
    key = last.shape.key
    rows = [(one.name, one.type, one.lake, one.nullable, one.name in key) for one in last.shape.columns]
    terminal.print(table(("column", "in the source", "in the lake", "may be NULL", "key"), rows, left=3))


@catalogue.command(cls=Verb)
@click.argument("name", metavar="TABLE")
def accept(name: str, *, as_json: bool) -> None:
    """Let extracts go by a table's columns as they were seen last, which were refused.

    All of its rows are taken anew by the next run. Declare the columns as they are now, else loads refuse them.
    """
    dataset = _extracted(name)
    state = _catalogue().accept(dataset.name)
    if as_json:
        print_json(_document(dataset.name, state))
    else:
        click.echo(f"{dataset.name}: state {state.number} is accepted ({state.reason}). The next run takes all rows.")


def _states(named: tuple[str, ...]) -> Iterator[tuple[str, tuple[State, ...]]]:
    catalogue = _catalogue()
    for warehouse in warehouses(named):
        for dataset in datasets_of(warehouse):
            if dataset.extracted and (states := catalogue.states(dataset.name)):
                yield dataset.name, states


def _catalogue() -> Catalogue:
    settings = Settings.read()
    return Catalogue(open_lake(settings.lake_url, settings.cache).storage)


def _extracted(name: str) -> Dataset:
    dataset = dataset_named(name)
    if dataset is None or not dataset.extracted:
        message = f"{name} is no table that is extracted."
        raise DeclarationError(message, mend=f"`{program()} catalogue list` names those that are.")
    return dataset


def _document(name: str, state: State) -> dict[str, Any]:
    columns = [vars(column) for column in state.shape.columns]
    return {
        "table": name,
        "state": state.number,
        "verdict": state.verdict,
        "reason": state.reason,
        "seen_at": state.seen_at,
        "key": state.shape.key,
        "columns": columns,
    }

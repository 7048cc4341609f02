"""``etl-assets status``: what is loaded, how fresh, what is waiting, what failed."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import datasets_of, warehouses
from etl_assets.cli.show import console, table
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.status import WarehouseStatus, waiting_loads
from etl_assets.warehouse.status import status as status_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the next run would bring in.

    Args:
        dataset: The staging table's key.
        files: Files in the landing folder that are not in the lake.
        loads: Loads in the lake that are not in the warehouse.
    """

    dataset: str
    files: tuple[str, ...]
    loads: int


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
def status(warehouse: tuple[str, ...], *, as_json: bool) -> None:
    """Say what is loaded, how fresh it is, what is waiting and what failed.

    Exits with 1 when a table is older than what it is made of: its last build failed, or did not take place.
    """
    settings = Settings.read()
    engine = open_engine(settings.warehouse_url)
    found = [(status_of(engine, name), _waiting(settings, engine, name)) for name in warehouses(warehouse)]
    if as_json:
        print_json({stands.warehouse: _document(stands, waiting) for stands, waiting in found})
    else:
        for stands, waiting in found:
            _show(console(), stands, waiting)
    if any(one.behind for stands, _ in found for one in stands.tables):
        raise click.exceptions.Exit(1)


def _waiting(settings: Settings, engine: Engine, warehouse: str) -> list[Waiting]:
    lake, landing = open_lake(settings.lake_url), Path(settings.landing_url)
    datasets = datasets_of(warehouse)
    committed = {one.name: [manifest.load_id for manifest in lake.manifests(one.name)] for one in datasets}
    loads = waiting_loads(engine, committed)
    found = (
        Waiting(dataset=one.name, files=waiting_files(one, landing, lake), loads=loads[one.name]) for one in datasets
    )
    return [waiting for waiting in found if waiting.files or waiting.loads]


def _document(stands: WarehouseStatus, waiting: list[Waiting]) -> dict[str, Any]:
    return {**asdict(stands), "waiting": [asdict(one) for one in waiting]}


def _show(terminal: Console, stands: WarehouseStatus, waiting: list[Waiting]) -> None:
    terminal.print(f"[bold]{stands.warehouse}[/]")
    if not stands.datasets:
        terminal.print("Nothing has been loaded yet: `etl-assets run` does.")
    else:
        columns = ("loaded", "loads", "files", "read", "loaded", "quarantined", "duplicate", "last (UTC)")
        terminal.print(table(columns, [[*asdict(one).values()] for one in stands.datasets]))
        rows = [(one.model, one.rows, one.version, one.built_at) for one in stands.tables]
        terminal.print(table(("built", "rows", "version", "last (UTC)"), rows))
    _show_troubles(terminal, stands)
    for one in waiting:
        what = [f"{len(one.files)} files" if one.files else "", f"{one.loads} loads" if one.loads else ""]
        terminal.print(f"waiting: {one.dataset}: {', '.join(filter(None, what))}")
    if not waiting:
        terminal.print("Nothing is waiting.")


def _show_troubles(terminal: Console, stands: WarehouseStatus) -> None:
    for one in stands.tables:
        for check in one.broken:
            terminal.print(f"[yellow]warning:[/] {one.model}: {check.name} found {check.bad_rows}")
        if one.behind:
            terminal.print(f"[red]behind:[/] {one.model} is older than {', '.join(one.behind)}")

"""``etl-assets status``: what is loaded, how fresh, what is waiting, what failed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.extracts import TableExtract, extracts_of, extracts_table, refusals
from etl_assets.cli.graph import besides, datasets_of, declared, warehouses
from etl_assets.cli.show import console, counted, program, table
from etl_assets.connectors.files.extract import stray_files, unknown_files
from etl_assets.connectors.files.landings import Landing, open_landing
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets.datasets import Dataset
from etl_assets.factories.extracts import own_keys
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.rhythm import late
from etl_assets.warehouse.status import QuarantineStatus, WarehouseStatus, waiting_loads
from etl_assets.warehouse.status import status as status_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the next run would bring in.

    Args:
        dataset: The staging table's key.
        files: Files in the landing folder that are not in the lake.
        unreadable: Files that cannot be read, and why.
        loads: Loads in the lake that are not in the warehouse.
    """

    dataset: str
    files: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]
    loads: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """A warehouse and its landing folder.

    Args:
        stands: What its ledgers tell.
        waiting: What the next run would bring in.
        unknown: Files that no dataset claims.
        late: Datasets whose newest file is older than their ``arrives_within``, and since when one is due, UTC.
        undeclared: Tables that were built once and that nothing declares any more.
        extracts: How far the extract of each table has come.
    """

    stands: WarehouseStatus
    waiting: tuple[Waiting, ...]
    unknown: tuple[str, ...]
    late: tuple[tuple[str, datetime], ...]
    undeclared: tuple[str, ...]
    extracts: tuple[TableExtract, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing failed, is behind, late or given up."""
        stands = self.stands
        is_behind = any(table.behind for table in stands.tables)
        is_refused = any(one.refused for one in self.extracts)
        return not (stands.failures or stands.given_up or self.late or is_behind or is_refused)


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
def status(warehouse: tuple[str, ...], *, as_json: bool) -> None:
    """Say what is loaded, how fresh it is, what is waiting and what failed.

    Exits with 1 when an extract, load or build failed last, a file was given up or is late, or a table is older than
    what it is made of.
    """
    settings, named = Settings.read(), warehouses(warehouse)
    engine = open_engine(settings.warehouse_url)
    landing = open_landing(settings.landing_url, settings.cache)
    every = [_found(settings, engine, landing, name) for name in named]
    strangers = stray_files(warehouses(), landing)
    if as_json:
        print_json({one.stands.warehouse: _document(one) for one in every} | {"landing": {"unknown": strangers}})
    else:
        for one in every:
            _show(console(), one)
        for stranger in strangers:
            click.echo(f"unknown: {stranger}")
    if not all(one.is_well for one in every):
        raise click.exceptions.Exit(1)


def _found(settings: Settings, engine: Engine, landing: Landing, warehouse: str) -> Found:
    lake, datasets = open_lake(settings.lake_url, settings.cache), datasets_of(warehouse)
    committed = {one.name: [manifest.load_id for manifest in lake.manifests(one.name)] for one in datasets}
    loads = waiting_loads(engine, committed)
    landed = {one.name: waiting_files(one, landing, lake) for one in datasets}
    waiting = (
        Waiting(dataset=name, files=files.files, unreadable=files.unreadable, loads=loads[name])
        for name, files in landed.items()
    )
    raw = (name for one in datasets if one.extracted for name in (one.raw_key, *own_keys(warehouse)))
    stands, undeclared = _of_declared(status_of(engine, warehouse), {*declared(warehouse).names, *raw})
    return Found(
        stands=stands,
        waiting=tuple(one for one in waiting if one.files or one.unreadable or one.loads),
        unknown=unknown_files(datasets, landing, besides=besides(warehouse)),
        late=tuple(_late(datasets, engine)),
        undeclared=undeclared,
        extracts=extracts_of(datasets, lake),
    )


def _of_declared(stands: WarehouseStatus, names: Collection[str]) -> tuple[WarehouseStatus, tuple[str, ...]]:
    """How the tables that are declared stand, and which others there are: nobody brings those up to date."""
    return replace(
        stands,
        tables=tuple(one for one in stands.tables if one.model in names),
        failures=tuple(one for one in stands.failures if one.asset in names),
    ), tuple(one.model for one in stands.tables if one.model not in names)


def _late(datasets: Sequence[Dataset], engine: Engine) -> Iterator[tuple[str, datetime]]:
    for one in late(engine, datasets, _now()):
        if one.due_at:
            yield one.dataset, one.due_at


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _document(found: Found) -> dict[str, Any]:
    waiting = [
        asdict(one) | {"unreadable": [{"file": path, "reason": reason} for path, reason in one.unreadable]}
        for one in found.waiting
    ]
    late = [{"dataset": name, "due_at": due} for name, due in found.late]
    beside = {"unknown": found.unknown, "late": late, "undeclared": found.undeclared}
    beside |= {"extracts": [asdict(one) for one in found.extracts]}
    return {**asdict(found.stands), "waiting": waiting, **beside}


def _show(terminal: Console, found: Found) -> None:
    stands = found.stands
    terminal.print(f"[bold]{stands.warehouse}[/]")
    if not stands.datasets:
        terminal.print(f"Nothing has been loaded yet: `{program()} run` does.")
    else:
        columns = (
            "loaded",
            "loads",
            "files",
            "read",
            "loaded",
            "quarantined",
            "duplicate",
            "last (UTC)",
            "newest file",
        )
        terminal.print(table(columns, [[*asdict(one).values()] for one in stands.datasets]))
        rows = [(one.model, one.rows, one.version, one.built_at, one.newest_at) for one in stands.tables]
        terminal.print(table(("built", "rows", "version", "last (UTC)", "newest file"), rows))
    if found.extracts:
        terminal.print(extracts_table(found.extracts))
    for line in [
        *_troubles(stands),
        *refusals(found.extracts),
        *_late_lines(found),
        *_quarantined(stands.quarantine),
        *_landed(found),
    ]:
        terminal.print(line, soft_wrap=True)
    if not found.waiting:
        terminal.print("Nothing is waiting.")


def _troubles(stands: WarehouseStatus) -> Iterator[str]:
    for one in stands.tables:
        for check in one.broken:
            yield f"[yellow]warning:[/] {one.model}: {check.name} found {check.bad_rows}"
        if one.behind:
            yield f"[red]behind:[/] {one.model} is older than {', '.join(one.behind)}"
    for failure in stands.failures:
        yield f"[red]failed:[/] {failure.asset} ({failure.failed_at:%Y-%m-%d %H:%M:%S}): {escape(failure.message)}"


def _late_lines(found: Found) -> Iterator[str]:
    for name, due in found.late:
        yield f"[red]late:[/] {name}: a file was due by {due:%Y-%m-%d %H:%M}"
    for one in found.stands.given_up:
        tried = f"{escape(one.path)} after {counted(one.attempts, 'attempt')}: {escape(one.reason)}"
        yield f"[red]given up:[/] {one.dataset}: {tried}"


def _quarantined(quarantine: Sequence[QuarantineStatus]) -> Iterator[str]:
    for one in quarantine:
        more = ", …" if one.files > 1 else ""
        files = f"{counted(one.files, 'file')} ({escape(one.a_file or '')}{more})" if one.files else ""
        what = ", ".join(filter(None, [files, counted(one.rows, "row") if one.rows else ""]))
        yield f"[yellow]quarantined:[/] {one.dataset}: {what}"
    if quarantine:
        yield f"             {program()} quarantine list"


def _landed(found: Found) -> Iterator[str]:
    for name in found.undeclared:
        yield f"undeclared: {name} stays in the warehouse as it was; nothing declares it any more"
    for path in found.unknown:
        yield f"[yellow]unknown:[/] {escape(path)} is claimed by no dataset"
    for one in found.waiting:
        for path, reason in one.unreadable:
            yield f"[yellow]unreadable:[/] {one.dataset}: {escape(path)}: {escape(reason)}"
        what = [counted(len(one.files), "file") if one.files else "", counted(one.loads, "load") if one.loads else ""]
        if any(what):
            yield f"waiting: {one.dataset}: {', '.join(filter(None, what))}"

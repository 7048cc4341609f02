"""``etl-assets reconcile``: source and warehouse compared row by row, and what differs brought in."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click
from rich.markup import escape

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import chosen_pairs
from etl_assets.cli.show import console, counted, program, table
from etl_assets.connectors.database.address import Sources
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.ready import refuse_unwritable

if TYPE_CHECKING:
    from rich.status import Status

    from etl_assets.reconcile import Difference, ReconcileReport, TableCompared

_SHOWN: Final = 10
_COUNTS: Final = ("source_rows", "warehouse_rows", "missing", "gone", "changed", "quarantined", "waiting", "repaired")


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("--repair", is_flag=True, help="Bring in what differs, through the lake.")
@click.option("--table", "only", metavar="TABLE", multiple=True, help="Only this table, as totesys/staging/payment.")
@click.option("--most", type=click.IntRange(min=0), default=_SHOWN, show_default=True, help="Rows to show of a table.")
@click.pass_context
def reconcile(
    context: click.Context, warehouse: tuple[str, ...], only: tuple[str, ...], most: int, *, repair: bool, as_json: bool
) -> None:
    """Compare each extracted table with its source, and exit with 1 while anything differs or does not fit.

    What is new is extracted and loaded first. Then both sides make checksums of ranges of keys, and only rows of ranges
    that differ are looked at. Missing is what only the source has, gone what only the warehouse has. With --repair what
    differs goes into the lake and is loaded; tables that are made of it follow with the next run.
    """
    from etl_assets.reconcile import reconcile as compare  # noqa: PLC0415 - pyarrow is slow to import

    settings = Settings.read()
    engine, lake = open_engine(settings.warehouse_url), open_lake(settings.lake_url, settings.cache)
    refuse_unwritable(engine)
    reports: list[ReconcileReport] = []
    for name, pairs in chosen_pairs(warehouse, only).items():
        with console(stderr=True).status(f"extracting from {name}'s database") as shown:
            source = Sources(settings.sources, settings.source_limits).of(name)
            told = partial(_tell, shown)
            reports.append(compare(source, engine, lake, pairs, repair=repair, most=most, told=told))
    if as_json:
        print_json([_document(report) for report in reports])
    else:
        _show(reports)
    context.exit(0 if all(report.is_sound for report in reports) else 1)


def _tell(shown: "Status", name: str) -> None:
    """A table is about to be compared."""
    shown.update(f"comparing {name}")


def _show(reports: "Sequence[ReconcileReport]") -> None:
    terminal = console()
    tables = [one for report in reports for one in report.tables]
    columns = ("table", *(name.replace("_", " ") for name in _COUNTS), "looked at", "seconds")
    rows = [(one.dataset, *(getattr(one, name) for name in _COUNTS), one.rows_looked_at, one.seconds) for one in tables]
    terminal.print(table(columns, rows))
    for one in tables:
        if one.differences:
            shown = [row for each in one.differences for row in _told_of(each)]
            terminal.print(f"[bold]{one.dataset}[/], {_how_many(one)}")
            terminal.print(table(("key", "what", "column", "source", "warehouse"), shown, left=5))
        if one.note:
            terminal.print(f"[yellow]note:[/] {one.dataset}: {escape(one.note)}")
        if one.failure:
            terminal.print(f"[red]failed:[/] {one.dataset}: {escape(str(one.failure))}")
    different = sum(one.different - one.repaired for one in tables)
    if different:
        terminal.print(f"{counted(different, 'row')} differ. `{program()} reconcile --repair` brings them in.")
    if unfit := sum(one.quarantined for one in tables):
        terminal.print(f"{counted(unfit, 'row')} of the source do not fit: `{program()} quarantine list` says why.")


def _how_many(found: "TableCompared") -> str:
    shown = len(found.differences)
    first = f", the first {shown}" if shown < found.different else ""
    return f"{counted(found.different, 'row')} that differ{first}"


def _told_of(found: "Difference") -> Iterator[tuple[str, ...]]:
    """A line for each column that differs; one for a row that only one side has."""
    key = ", ".join(str(value) for value in found.key.values())
    if not found.columns:
        yield key, found.kind, "", "", ""
    for name, (ours, theirs) in found.columns.items():
        yield key, found.kind, name, _value(ours), _value(theirs)


def _value(value: object) -> str:
    return "NULL" if value is None else repr(value) if isinstance(value, str) else str(value)


def _document(report: "ReconcileReport") -> dict[str, Any]:
    tables = [
        {**asdict(replace(one, failure=None)), "failure": str(one.failure) if one.failure else None}
        for one in report.tables
    ]
    return {"taken_at": report.taken_at, "is_sound": report.is_sound, "tables": tables}

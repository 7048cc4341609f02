"""``etl-assets restate``: a table again from all that was observed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import declared, warehouses
from etl_assets.cli.past import MOMENT
from etl_assets.cli.show import console, table
from etl_assets.errors import DeclarationError, WarehouseError
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.building import build
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.models.catalogue import tables_read
from etl_assets.warehouse.models.declare import Model, Type2
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.models.restate import Restated
from etl_assets.warehouse.ready import refuse_unwritable


@click.command(cls=Verb)
@click.argument("names", metavar="TABLE...", nargs=-1, required=True)
@click.option(
    "--from", "since", type=MOMENT, help="Of a dimension only the keys that were observed at this time or later."
)
def restate(names: tuple[str, ...], since: datetime | None, *, as_json: bool) -> None:
    """Compute tables again from all that was observed, and write the rows that differ.

    A TABLE is support_marts.dim_analysts or support/marts/dim_analysts. The facts that point to it come with it. After
    a sound run nothing differs: what does was changed by other hands. With --from a dimension is computed again only
    for the keys of which something was observed then or later; the facts that point to them are moved.
    """
    tables = [TableName.of_person(name) for name in names]
    models = _models(tables) if since is None else _dimensions(tables)
    engine = open_engine(Settings.read().warehouse_url)
    _refuse_unloaded(engine, models)
    refuse_unwritable(engine)
    reports = [build(engine, model, restated=Restated(since=since)) for model in models]
    if as_json:
        print_json([_document(report) for report in reports])
        return
    columns = ("table", "rows", "inserted", "updated", "deleted", "facts moved", "seconds")
    console().print(table(columns, [_row(report) for report in reports]))


def _refuse_unloaded(engine: Engine, models: Sequence[Model]) -> None:
    """See that all that models read is there, or is made just before them."""
    own = {model.table for model in models}
    with engine.reading() as session:
        for model in models:
            reads = [table for table in tables_read(model) if table not in own]
            if missing := [table.key for table in reads if not session.columns(table.schema, table.table)]:
                message = f"{model.name} is made of {', '.join(missing)}, and nothing is loaded yet."
                raise WarehouseError(message, mend=f"`etl-assets run {model.table.warehouse}` loads and builds it.")


def _dimensions(tables: list[TableName]) -> list[Model]:
    """The dimensions of tables; the facts that point to them are moved when they are published."""
    found = [model for model in _models(tables) if model.table in tables]
    if others := [model.name for model in found if not isinstance(model, Type2)]:
        message = f"{', '.join(others)} has no history, so it cannot be computed again from a time on."
        raise DeclarationError(message, mend="Leave out --from: it is then computed again whole.")
    return found


def _models(tables: Iterable[TableName]) -> list[Model]:
    """The models of tables and the facts that point to them, each behind what it reads."""
    found: list[Model] = []
    for warehouse in warehouses([each.warehouse for each in tables]):
        everything = declared(warehouse)
        models = {model.table: model for model in everything.models}
        own = [each for each in tables if each.warehouse == warehouse]
        if unknown := [each.key for each in own if each not in models]:
            message = f"{', '.join(unknown)} is not built from anything."
            raise DeclarationError(message, mend=f"Known are {', '.join(model.name for model in everything.models)}.")
        wanted = {*own, *everything.facts_of([models[each] for each in own])}
        found += [model for model in everything.needed_for(sorted(wanted)).models if model.table in wanted]
    return found


def _row(report: BuildReport) -> list[object]:
    moved = sum(report.repointed.values())
    return [report.model, report.rows, report.inserted, report.updated, report.deleted, moved, report.seconds]


def _document(report: BuildReport) -> dict[str, Any]:
    told = ("model", "rows", "inserted", "updated", "deleted", "repointed", "seconds")
    return {name: value for name, value in asdict(report).items() if name in told}

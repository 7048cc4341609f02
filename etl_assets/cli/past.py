"""The past for ``etl-assets query --as-known-at``."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import click
from sqlglot import exp

from etl_assets.cli.graph import declared, warehouses
from etl_assets.errors import DeclarationError
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.past import known_by, past
from etl_assets.words import counted


class Moment(click.ParamType[datetime]):
    """A time in ISO form; UTC unless it has a zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's own
        """The time in UTC, without a zone."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time as 2026-01-31T18:00:00.", param, ctx)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


MOMENT: Final = Moment()


def past_of(settings: Settings, query: exp.Expr, at: datetime) -> Engine:
    """A warehouse that has the tables of a query as they were known at a time, in UTC.

    Raises:
        DeclarationError: When the query names no table of a warehouse, or one that is not declared.
        WarehouseError: When nothing had been loaded by then.
    """
    needed = _needed(set(_tables(query)))
    known = known_by(open_engine(settings.warehouse_url), needed, at)
    loads = counted(sum(len(each.loads) for each in known.values()), "load")
    click.echo(f"as known at {at}: {loads}", err=True)
    return past(open_lake(settings.lake_url, settings.cache), needed, known, settings.home / "past")


def _tables(query: exp.Expr) -> Iterable[TableName]:
    known = warehouses()
    for table in query.find_all(exp.Table):
        name = TableName.of_table(table.db, table.name) if table.db else None
        if name and name.warehouse in known:
            yield name


def _needed(tables: set[TableName]) -> Declared:
    if not tables:
        message = "The query names no table of a warehouse."
        raise DeclarationError(message, mend="Name one with its schema, as support_marts.dim_analysts.")
    everything = [declared(warehouse) for warehouse in sorted({table.warehouse for table in tables})]
    union = Declared(
        [dataset for each in everything for dataset in each.datasets],
        [model for each in everything for model in each.models],
    )
    needed = union.needed_for(sorted(tables))
    return union.needed_for(sorted({*tables, *union.facts_of(needed.models)}))

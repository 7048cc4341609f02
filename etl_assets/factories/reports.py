"""Reports as assets: views that are written out as delimited files too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from etl_assets.datasets import Dataset
from etl_assets.factories import glimpses
from etl_assets.factories.metadata import Event, failing_clearly, op_name
from etl_assets.factories.models import build, check_specs_of, figures, meaning, spec_of
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.glimpse import first_rows
from etl_assets.warehouse.models.declare import View


@dataclass(frozen=True, kw_only=True)
class Export:
    """The file that a report is written to.

    Args:
        file: Its name, below the exports folder of the warehouse; the report's own name with ``.csv`` when None.
        order_by: The order of its rows.
        form: How it is written.
    """

    file: str | None = None
    order_by: Sequence[str] = ()
    form: Delimited = field(default_factory=Delimited)

    def path(self, view: View, exports: Path) -> Path:
        """Where a report's file is."""
        return exports / view.table.warehouse / (self.file or f"{view.table.table}.csv")


def report(
    view: View, export: Export, *, datasets: Sequence[Dataset] = (), sql_root: Path = SQL_ROOT
) -> dg.AssetsDefinition:
    """The asset of a report.

    Args:
        view: Its query.
        export: Its file.
        datasets: The declared tables that its columns may come from, for what they mean.
        sql_root: The folder of the SQL files.

    Raises:
        DeclarationError: When the SQL is missing or cannot be parsed.
    """

    @dg.multi_asset(
        name=op_name(view.name),
        specs=[spec_of(view, sql_root).merge_attributes(kinds={"csv"})],
        check_specs=check_specs_of(view, sql_root),
    )
    def reported(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Engine], exports: dg.ResourceParam[Path]
    ) -> Iterator[Event]:
        done = yield from build(view, warehouse, sql_root)
        is_seen = glimpses.is_seen(context)
        written = _write(view, export, warehouse, exports, shown=[*done.columns] if is_seen else [])
        metadata = written | figures(done) | written
        if is_seen:
            metadata |= meaning(view, done, datasets, sql_root)
        yield dg.MaterializeResult(metadata=metadata)

    return reported


def _write(view: View, export: Export, warehouse: Engine, exports: Path, *, shown: Sequence[str]) -> dict[str, Any]:
    """Write a report's file; gives its place, how many rows it has, and the first of them by the shown columns."""
    from etl_assets.warehouse.exports import export_table, in_order  # noqa: PLC0415 - needed in a run only

    path = export.path(view, exports)
    with failing_clearly(), warehouse.reading() as session:
        rows = export_table(session, view.table, path, form=export.form, order_by=export.order_by)
        first = first_rows(session, in_order(session, view.table, export.order_by), shown) if shown else []
    return {**glimpses.of_rows(first), "file": dg.MetadataValue.path(path), "dagster/row_count": rows}

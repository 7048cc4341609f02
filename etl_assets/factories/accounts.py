"""What became of every row of each table's files, as a report, and as a line a table in what a run says."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import dagster as dg
from sqlglot import exp, parse_one

from etl_assets.datasets import Dataset
from etl_assets.factories.metadata import Event, failing_clearly, listed, op_name
from etl_assets.factories.models import build, check_specs_of, figures, spec_of
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import View

_COLUMNS: Final = ("table_name", "files", "rows_read", "rows_loaded", "rows_quarantined", "rows_duplicate", "rows_now")
_SUMS: Final = _COLUMNS[2:6]


def accounts_view(warehouse: str) -> View:
    """The report's declaration."""
    return View(name=f"{warehouse}/reports/accounts")


def write_accounts_sql(view: View, tables: Sequence[tuple[Dataset, TableName]]) -> None:
    """Generate its SQL.

    Args:
        view: The report.
        tables: What is loaded, each with the table of its current rows.
    """
    union = " union all ".join(_of(dataset, current) for dataset, current in tables)
    sums = ", ".join(f"cast(coalesce(sum(f.{name}), 0) as bigint) as {name}" for name in _SUMS)
    query = (
        f"with declared as ({union}) "  # noqa: S608 - declared names
        f"select d.table_name, count(f.file_id) as files, {sums}, d.rows_now, max(f.order_at) as newest_file_at "
        "from declared as d left join etl.files as f on f.dataset = d.dataset group by d.table_name, d.rows_now"
    )
    text = _pretty(query)
    view.table.generate_sql(
        f"-- One row per declared table: its files, and what became of their rows.\n-- Grain: table_name.\n{text}\n"
    )


def accounts_asset(view: View) -> dg.AssetsDefinition:
    """The asset of the report; what it says of each table is noted by every run."""

    @dg.multi_asset(
        name=op_name(view.name), specs=[spec_of(view, SQL_ROOT)], check_specs=check_specs_of(view, SQL_ROOT)
    )
    def accounts(warehouse: dg.ResourceParam[Engine]) -> Iterator[Event]:
        report = yield from build(view, warehouse, SQL_ROOT)
        with failing_clearly(), warehouse.reading() as session:
            columns = ", ".join(_COLUMNS)
            rows = session.rows(f"select {columns} from {view.table.qualified} order by 1")  # noqa: S608 - a declared name
        notes = [_line(dict(zip(_COLUMNS, row, strict=True))) for row in rows]
        yield dg.MaterializeResult(metadata=figures(report) | {"dagster/row_count": len(rows), "notes": listed(notes)})

    return accounts


def _of(dataset: Dataset, current: TableName) -> str:
    name = exp.Literal.string(dataset.table.table).sql()
    key = exp.Literal.string(dataset.name).sql()
    return f"select {name} as table_name, {key} as dataset, count(*) as rows_now from {current.qualified}"  # noqa: S608 - declared names


def _line(row: Mapping[str, Any]) -> str:
    became = " + ".join(f"{row[f'rows_{what}']:,} {what}" for what in ("loaded", "quarantined", "duplicate"))
    read = f"{row['rows_read']:,} rows read = {became}"
    return f"{row['table_name']}: {row['files']:,} files, {read}; {row['rows_now']:,} rows now."


def _pretty(query: str) -> str:
    return parse_one(query, dialect="postgres").sql(dialect="postgres", pretty=True)

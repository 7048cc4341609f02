"""Models as assets: what is built is declared, what it depends on is in its SQL."""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from etl_assets.datasets import Dataset
from etl_assets.factories import glimpses
from etl_assets.factories.metadata import (
    Event,
    asset_key,
    check_result,
    code_references,
    column_schema,
    engine_kind,
    failing_clearly,
    listed,
    markdown_table,
    op_name,
    sql_text,
    table,
    table_name,
)
from etl_assets.names import SQL_ROOT, declared_in
from etl_assets.warehouse.documents.declare import DocumentsReport
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models import catalogue
from etl_assets.warehouse.models.audit import BlockingCheckFailed, checks_of
from etl_assets.warehouse.models.declare import Model
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.models.sql import ModelSql


def model_asset(model: Model, *, datasets: Sequence[Dataset] = (), sql_root: Path = SQL_ROOT) -> dg.AssetsDefinition:
    """The asset of a model.

    Args:
        model: What is built.
        datasets: The declared tables that its columns may come from, for what they mean.
        sql_root: The folder of the SQL files.

    Raises:
        DeclarationError: When the SQL of the model, or of a check, is missing or cannot be parsed.
    """

    @dg.multi_asset(
        name=op_name(model.name), specs=[spec_of(model, sql_root)], check_specs=check_specs_of(model, sql_root)
    )
    def built(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Engine]) -> Iterator[Event]:
        report = yield from build(model, warehouse, sql_root)
        metadata = figures(report)
        if glimpses.is_seen(context):
            with warehouse.reading() as session:
                shown = glimpses.of_model(session, model, report)
            metadata = shown | metadata | meaning(model, report, datasets, sql_root)
        yield dg.MaterializeResult(metadata=metadata)

    return built


def spec_of(model: Model, sql_root: Path) -> dg.AssetSpec:
    """What the asset of a model is called and depends on."""
    sql = ModelSql.read(model.table, sql_root)
    is_written = sql.path.is_relative_to(sql_root)
    return dg.AssetSpec(
        asset_key(model.name),
        deps=[asset_key(table.key) for table in catalogue.tables_read(model, sql_root)],
        description=f"{sql.description} Grain: {sql.grain}." if sql.grain else sql.description,
        kinds={engine_kind(), "sql", type(model).__name__.lower()},
        tags={"layer": model.table.layer},
        metadata={
            **table_name(model.table),
            **code_references((sql.path, 1) if is_written else None, declared_in(model.name)),
            "sql": sql_text(sql.text),
        },
    )


def check_specs_of(model: Model, sql_root: Path) -> list[dg.AssetCheckSpec]:
    """What the asset of a model promises."""
    own = Plan.read(model, sql_root).checks
    return [
        dg.AssetCheckSpec(
            check.name,
            asset=asset_key(model.name),
            blocking=check.blocking,
            description=own[check.name].description if check.name in own else check.description,
        )
        for check in checks_of(model)
    ]


def build(model: Model, warehouse: Engine, sql_root: Path) -> Generator[Event, None, BuildReport]:
    """Build a model; tells what its checks found, also when one of them keeps the rows from being published."""
    from etl_assets.warehouse import building  # noqa: PLC0415 - needed in a run only

    key, dialect = asset_key(model.name), warehouse.DIALECT.NAME
    with failing_clearly():
        try:
            report = building.build(warehouse, model, sql_root=sql_root)
        except BlockingCheckFailed as error:
            yield from (check_result(result, dialect=dialect, key=key) for result in error.results)
            raise
    yield from (check_result(result, dialect=dialect, key=key) for result in report.checks)
    return report


def figures(report: BuildReport) -> dict[str, Any]:
    """What a build did, in figures that are plotted over time; no keys are counted where all were asked again."""
    return {
        "dagster/row_count": report.rows,
        "rows_written": report.written,
        "rows_inserted": report.inserted,
        "rows_updated": report.updated,
        "rows_deleted": report.deleted,
        "rows_repointed": sum(report.repointed.values()),
        **({"keys_touched": report.touched} if report.touched >= 0 else {}),
        "seconds": round(report.seconds, 3),
        **(_of_documents(report) if isinstance(report, DocumentsReport) else {}),
    }


def _of_documents(report: DocumentsReport) -> dict[str, Any]:
    """The child tables of documents, and what is new in them."""
    tables = [{"table": name, "rows": rows} for name, rows in report.tables.items()]
    return ({"child_tables": table(tables)} if tables else {}) | ({"notes": listed(report.news)} if report.news else {})


def meaning(model: Model, report: BuildReport, datasets: Sequence[Dataset], sql_root: Path) -> dict[str, Any]:
    """What the columns of a table are, and what they come from."""
    lineage = catalogue.column_lineage(model, sql_root)
    schema = column_schema(
        report.columns,
        catalogue.column_descriptions(model, datasets, sql_root),
        roles=catalogue.column_roles(model),
        filled=[check.columns[0] for check in checks_of(model) if check.kind == "not_null"],
        unique=[check.columns[0] for check in checks_of(model) if check.kind == "unique" and len(check.columns) == 1],
    )
    return {
        "columns_come_from": _lineage_table(lineage),
        "dagster/column_schema": schema,
        "dagster/column_lineage": _dagster_lineage(lineage),
    }


def _dagster_lineage(lineage: catalogue.Lineage) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        deps_by_column={
            column: [dg.TableColumnDep(asset_key=asset_key(key), column_name=name) for key, name in origins]
            for column, origins in lineage.items()
        }
    )


def _lineage_table(lineage: catalogue.Lineage) -> dg.MarkdownMetadataValue:
    """The same for people: Dagster's pages do not draw column lineage."""
    return markdown_table(
        [
            {"column": column, "comes from": ", ".join(f"[{key}](/assets/{key}).{name}" for key, name in origins)}
            for column, origins in lineage.items()
        ],
        is_markdown=True,
    )

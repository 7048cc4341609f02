"""Tables of a database as assets: what is new in them goes into the lake, all of them from one snapshot, in one step.

A table that fails is not materialised, and a check of its own says why; the others go on. What fails the run then is
an asset beside them, on which nothing depends.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.datasets import Dataset
from etl_assets.errors import EtlError
from etl_assets.factories import glimpses
from etl_assets.factories.metadata import Event, asset_key, code_references, column_schema, failing_clearly, op_name
from etl_assets.factories.metadata import table as shown_table
from etl_assets.lake.lake import Lake
from etl_assets.names import declared_in
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.troubles import keep, known
from etl_assets.words import counted, few

if TYPE_CHECKING:
    from etl_assets.connectors.database.extract import ExtractReport

Tables = Sequence[tuple[Dataset, SourceTable]]
"""What is loaded, each with what it is extracted from; all of one warehouse."""
TAKEN: Final = "rows_can_be_taken"
ALL_TAKEN: Final = "every_table_is_taken"
_ALL_TAKEN_SAID: Final = "Every table could be extracted when it was extracted last."


def source_key(warehouse: str) -> str:
    """The asset that is the database of a warehouse, as ``totesys/raw/source``."""
    return f"{warehouse}/raw/source"


def own_keys(warehouse: str) -> tuple[str, str]:
    """What there is beside the tables: the database, and whether all of it could be extracted."""
    return source_key(warehouse), f"{warehouse}/raw/complete"


def extracted_tables(tables: Tables) -> dg.AssetsDefinition:
    """The assets of a database and of its tables in the lake; any of them can be selected."""
    warehouse = tables[0][0].table.warehouse
    source = source_key(warehouse)

    @dg.multi_asset(
        name=op_name(f"{warehouse}/raw"),
        specs=[_spec_of_source(warehouse), *(_spec(dataset, table) for dataset, table in tables)],
        check_specs=[_taken(dataset) for dataset, _ in tables],
        can_subset=True,
    )
    def extracted(
        context: dg.AssetExecutionContext,
        sources: dg.ResourceParam[Sources],
        lake: dg.ResourceParam[Lake],
        warehouse: dg.ResourceParam[Engine],
    ) -> Iterator[Event]:
        chosen = {key.to_user_string() for key in context.selected_asset_keys}
        began = perf_counter()
        some = [(dataset, table) for dataset, table in tables if dataset.raw_key in chosen]
        with failing_clearly():
            report = _extract(source, some, sources, lake, warehouse)
        if source in chosen:
            yield _of_source(source, report, perf_counter() - began)
        yield from _told(some, report, lake, is_seen=glimpses.is_seen(context))
        if report.failures and source not in chosen:
            raise dg.Failure("; ".join(str(one.failure) for one in report.failures))

    return extracted


def complete_extract(tables: Tables) -> dg.AssetsDefinition:
    """The asset that is made when every table could be extracted, and fails the run otherwise. Nothing waits for it."""
    warehouse_name = tables[0][0].table.warehouse
    source, own_key = own_keys(warehouse_name)
    key = asset_key(own_key)
    own = {dataset.raw_key for dataset, _ in tables}

    @dg.asset(
        key=key,
        deps=[asset_key(source)],
        description="Made when every table could be extracted; it fails the run where one could not.",
        kinds={"database"},
        tags={"layer": "raw"},
        check_specs=[dg.AssetCheckSpec(ALL_TAKEN, asset=key, blocking=True, description=_ALL_TAKEN_SAID)],
    )
    def complete(warehouse: dg.ResourceParam[Engine]) -> Iterator[Event]:
        with failing_clearly():
            failed = {name: why for name, why in known(warehouse, warehouse_name).items() if name in own}
        rows = [{"table": name, "reason": why} for name, why in failed.items()]
        metadata = {"tables": len(own), "tables_failed": len(failed)}
        sample = {"sample": shown_table(rows)} if rows else {}
        result = dg.AssetCheckResult(check_name=ALL_TAKEN, passed=not failed, metadata=metadata | sample)
        if failed:
            yield result
            message = f"{counted(len(failed), 'table')} could not be extracted: {few(failed)}."
            raise dg.Failure(message)
        yield dg.MaterializeResult(metadata=metadata, check_results=[result])

    return complete


def _extract(source: str, tables: Tables, sources: Sources, lake: Lake, engine: Engine) -> "ExtractReport":
    """Extract, and write down what failed; a database that cannot be reached is a failure of its own."""
    from etl_assets.connectors.database.extract import extract_tables  # noqa: PLC0415 - slow, and needed in a run only

    keep_of = partial(keep, engine, {source, *(dataset.raw_key for dataset, _ in tables)})
    try:
        report = extract_tables(sources.of(source.partition("/")[0]), [table for _, table in tables], lake)
    except EtlError as error:
        keep(engine, {source}, {source: str(error)})
        raise
    raw_keys = {dataset.name: dataset.raw_key for dataset, _ in tables}
    keep_of({raw_keys[one.dataset]: str(one.failure) for one in report.failures})
    return report


def _told(tables: Tables, report: "ExtractReport", lake: Lake, *, is_seen: bool) -> Iterator[Event]:
    from etl_assets.factories.extracted import of_table, version_of  # noqa: PLC0415 - slow, and needed in a run only

    for (dataset, table), one in zip(tables, report.tables, strict=True):
        key = asset_key(dataset.raw_key)
        if one.failure:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=TAKEN,
                passed=False,
                description=str(one.failure),
                metadata={"error": type(one.failure).__name__},
            )
        else:
            yield dg.MaterializeResult(
                asset_key=key,
                metadata=of_table(table, one, lake, is_seen=is_seen),
                check_results=[dg.AssetCheckResult(asset_key=key, check_name=TAKEN, passed=True)],
                data_version=version_of(dataset, lake),
            )


def _of_source(source: str, report: "ExtractReport", seconds: float) -> Event:
    from etl_assets.factories.extracted import of_source  # noqa: PLC0415 - slow, and needed in a run only

    return dg.MaterializeResult(asset_key=asset_key(source), metadata=of_source(report, seconds=seconds))


def _spec_of_source(warehouse: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset_key(source_key(warehouse)),
        description=f"The operational database of {warehouse}, as its last snapshot found it.",
        kinds={"database"},
        tags={"layer": "raw"},
    )


def _spec(dataset: Dataset, table: SourceTable) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset_key(dataset.raw_key),
        deps=[asset_key(source_key(dataset.table.warehouse))],
        skippable=True,
        description=f"{dataset.description} Table: `{table.name}`.",
        kinds={"parquet", "database"},
        tags={"layer": "raw"},
        metadata=_declared(dataset),
    )


def _declared(dataset: Dataset) -> dict[str, Any]:
    """The columns as they are in the source by name; their types there are known once they were seen."""
    types = {column.title: column.type for column in dataset.columns}
    descriptions = {column.title: column.description for column in dataset.columns}
    return {
        "dagster/column_schema": column_schema(types, descriptions, roles=dict.fromkeys(dataset.key, "key")),
        **code_references(declared_in(dataset.name)),
    }


def _taken(dataset: Dataset) -> dg.AssetCheckSpec:
    said = "Its columns are those that the catalogue has accepted, and its rows could be read."
    return dg.AssetCheckSpec(TAKEN, asset=asset_key(dataset.raw_key), description=said)

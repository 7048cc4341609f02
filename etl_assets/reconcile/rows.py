"""Rows of some ranges, one by one: the source's as a load would have them, the warehouse's as they are.

The source's rows go the way that an extract's go, into Parquet and through the load's own cast. So what is compared are
values of the declared types, whatever the checksums are made of, and what the load would put into the quarantine is
known as such. DuckDB serves as a library.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from etl_assets.connectors.database.batch import ORIGIN, placed
from etl_assets.connectors.database.cells import RAW, lake_schema
from etl_assets.connectors.database.stamp import GONE, STAMPS, stamped
from etl_assets.lake.manifest import FileEntry, Manifest
from etl_assets.warehouse.load.cast import Caster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from etl_assets.connectors.database.digest import Cell
    from etl_assets.connectors.database.source import Moment
    from etl_assets.reconcile.plan import Plan

_ROW: Final = "_row"
_SIDES: Final = ("source", "warehouse")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A row that is not the same on both sides.

    Args:
        key: The values of its key, as the warehouse has them.
        row: Its place among the source's rows; None when the source does not have it.
        in_warehouse: Whether the warehouse has it.
        delivery: What said last how it is, or that it is gone; None when nothing did.
        cursor: The source's cursor.
        columns: What both have, by column, where it differs.
    """

    key: dict[str, Any]
    row: int | None
    in_warehouse: bool
    delivery: int | None
    cursor: Any
    columns: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found in some ranges.

    Args:
        rows: How many rows of the source were compared.
        quarantined: Those of them that do not fit their declaration.
        found: The rows that differ.
    """

    rows: int
    quarantined: int
    found: "Sequence[Found]"


class SourceRows:
    """Rows of the source in a file, with what they hold.

    Args:
        file: Where they are kept.
        plan: How the table is compared.
        moment: The source as its snapshot found it.
        batches: The rows.
    """

    def __init__(self, file: Path, plan: "Plan", moment: "Moment", batches: "Iterator[pa.RecordBatch]") -> None:
        """Write them."""
        self.rows = 0
        self._file = file
        self._plan = plan
        self._moment = moment
        schema = pa.schema([*lake_schema(plan.shape), *STAMPS, *ORIGIN])
        with pq.ParquetWriter(file, schema, compression="lz4") as writer:
            for batch in placed(stamped(batches, plan.table, moment.at)):
                writer.write_batch(batch)
                self.rows += batch.num_rows

    def compared(self, latest: pa.Table) -> Looked:
        """These against what the warehouse has of the same ranges."""
        import duckdb

        good = self._good()
        with closing(duckdb.connect(config={"threads": 2, "memory_limit": "512MB"})) as connection:
            connection.register("fitting", good)
            connection.register("latest", latest)
            query = _query(self._plan).sql("duckdb")
            rows = connection.sql(query, params={"file": str(self._file)}).to_arrow_table().to_pylist()
        found = tuple(_found(row, self._plan) for row in rows)
        return Looked(rows=self.rows, quarantined=self.rows - good.num_rows, found=found)

    def taken(self, rows: "Sequence[int]") -> pa.Table:
        """Some of the rows, by place, as an extract has them."""
        table = pq.read_table(self._file, filters=[(_ROW, "in", [*rows])])
        return table.drop_columns(ORIGIN.names)

    def _good(self) -> pa.Table:
        """Those that a load would load."""
        at, dataset = self._moment.at, self._plan.dataset
        entry = FileEntry(
            dataset=dataset.name,
            path="compared",
            sha256="",
            size=0,
            modified_at=at,
            order_at=at,
            meaning="changes",
            rows=self.rows,
        )
        manifest = Manifest(load_id="", dataset=dataset.name, files=(entry,), parts=(), rows=self.rows)
        return Caster(dataset, manifest, [self._file]).good().read_all()


def ends(found: "Sequence[Found]", plan: "Plan") -> pa.RecordBatch:
    """Rows that say of keys that they are gone, as an extract has rows."""
    schema = lake_schema(plan.shape)
    keys = {cell.source.name: [each.key[cell.column.name] for each in found] for cell in plan.key}
    columns = [
        pa.array(keys[field.name]).cast(field.type) if field.name in keys else pa.nulls(len(found), field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _query(plan: "Plan") -> exp.Select:
    """The rows that only one side has, or that are not the same, but for those that do not fit."""
    key = [cell.column.name for cell in plan.key]
    names = [cell.column.name for cell in plan.cells]
    is_there = exp.column("_operation", table="warehouse").neq(GONE)
    same_key = exp.and_(*(_column(name, "source").eq(_column(name, "warehouse")) for name in key))
    cells = [exp.alias_(_column(name, side), f"{side} {name}", quoted=True) for side in _SIDES for name in names]
    rest = [name for name in names if name not in key]
    differs = exp.or_(
        *(exp.NullSafeNEQ(this=_column(name, "source"), expression=_column(name, "warehouse")) for name in rest),
        exp.column(_ROW, table="source").is_(exp.null()),
        exp.func("coalesce", exp.paren(is_there.copy()), exp.false()).not_(),
    )
    either = exp.or_(exp.column(_ROW, table="source").is_(exp.null()).not_(), is_there.copy())
    query = exp.select(*cells, exp.column(_ROW, table="source"), exp.column("_delivery", table="warehouse"))
    query = query.select(exp.alias_(exp.func("coalesce", is_there, exp.false()), "_is_there"))
    query = query.from_(exp.alias_(exp.to_table("fitting"), "source", table=True))
    query = query.join(exp.alias_(exp.to_table("latest"), "warehouse", table=True), on=same_key, join_type="full")
    return query.where(either, differs, exp.not_(exp.Exists(this=_unfit(plan))))


def _unfit(plan: "Plan") -> exp.Select:
    """The rows that do not fit, of the same key: what the warehouse has of them is of before."""
    part = exp.func("read_parquet", exp.Placeholder(this="file"))
    place = exp.select("1").from_(exp.alias_(exp.to_table("fitting"), "fit", table=True))
    place = place.where(exp.column(_ROW, table="fit").eq(exp.column(_ROW, table="part")))
    query = exp.select("1").from_(exp.select("*").from_(part).subquery("part")).where(exp.not_(exp.Exists(this=place)))
    return query.where(
        *(_key_text(cell).eq(exp.cast(_column(cell.column.name, "warehouse"), "text")) for cell in plan.key)
    )


def _key_text(cell: "Cell") -> exp.Expr:
    """The key of a row that does not fit, from its column or from its text."""
    path = exp.Literal.string(f'$."{cell.source.name}"')
    raw = exp.func("json_extract_string", _column(RAW, "part"), path)
    return exp.func("coalesce", exp.cast(_column(cell.source.name, "part"), "text"), raw)


def _found(row: "Mapping[str, Any]", plan: "Plan") -> Found:
    source, warehouse = ({c.column.name: row[f"{side} {c.column.name}"] for c in plan.cells} for side in _SIDES)
    has_source, is_there = row[_ROW] is not None, row["_is_there"]
    of = source if has_source else warehouse
    differing = {name: (value, warehouse[name]) for name, value in source.items() if value != warehouse[name]}
    cursor = next((source[cell.column.name] for cell in plan.cells if cell.source.name == plan.table.cursor), None)
    return Found(
        key={cell.column.name: of[cell.column.name] for cell in plan.key},
        row=row[_ROW],
        in_warehouse=is_there,
        delivery=row["_delivery"],
        cursor=cursor,
        columns=differing if has_source and is_there else {},
    )


def _column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)

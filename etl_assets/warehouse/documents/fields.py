"""``<table>_fields``: which field of the documents each column holds, and so what is new when they change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Final

import pyarrow as pa

from etl_assets.arrow import numbers, texts
from etl_assets.names import TableName
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.documents.layout import POSITION, Layout
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.publish import Target, create_like, matches, publish
from etl_assets.warehouse.tables import create_table

_COLUMNS: Final = {
    "table_name": "text",
    "column_name": "text",
    "path": "text",
    "type": "text",
    "filled": "bigint",
}
_IDENTITY: Final = ("table_name", "column_name")


@dataclass(frozen=True)
class FieldColumn:
    """A column, and the field that it holds; of a child table also its position, which stands for the array.

    Args:
        table: The table's name.
        column: The column's.
        path: The field's, as ``address.street`` or ``grades[].score``.
        type: The column's type.
        filled: How many values it has.
    """

    table: str
    column: str
    path: str
    type: str
    filled: int


def fields_table(model: Documents) -> TableName:
    """The table of a model's fields."""
    return model.table.with_suffix("fields")


def known(session: Session, model: Documents) -> list[FieldColumn]:
    """What the last build has laid out; nothing before the first one."""
    table = fields_table(model)
    if not session.columns(table.schema, table.table):
        return []
    listed = ", ".join(f'"{name}"' for name in _COLUMNS)
    return [FieldColumn(*row) for row in session.rows(f"select {listed} from {table.qualified} order by 1, 2")]  # noqa: S608 - a declared name


def tables_of(session: Session, model: Documents) -> dict[str, int]:
    """The child tables that the last build has made, with their rows."""
    names = sorted({one.table for one in known(session, model)} - {model.table.table})
    tables = [TableName(model.table.warehouse, model.table.layer, name) for name in names]
    return {table.key: session.value(f'select count(*) from {table.schema}."{table.table}"') for table in tables}  # noqa: S608 - as above


def of(layout: Layout) -> list[FieldColumn]:
    """What a layout has laid out."""
    return sorted(_of(layout), key=astuple)


def publish_fields(session: Session, model: Documents, layout: Layout) -> dict[str, int]:
    """Let the table of fields say what a layout has; gives the rows by action."""
    create_table(session, "built", _COLUMNS, temporary=True)
    rows = [astuple(one) for one in of(layout)]
    columns = [[row[place] for row in rows] for place in range(len(_COLUMNS))]
    arrays = [*(texts(column) for column in columns[:-1]), numbers(columns[-1])]
    batch = pa.RecordBatch.from_arrays(arrays, names=[*_COLUMNS])
    session.load("built", pa.RecordBatchReader.from_batches(batch.schema, [batch]))
    table = fields_table(model)
    is_new = not matches(session, table)
    if is_new:
        create_like(session, table)
    actions = publish(session, Target(table=table, columns=tuple(_COLUMNS), identity=_IDENTITY, is_new=is_new))
    session.run("drop table built")
    return actions


def news(before: Sequence[FieldColumn], after: Sequence[FieldColumn]) -> tuple[str, ...]:
    """What is other than it was, a sentence each, and values of another kind than most; nothing of a first build."""
    return (*(_changes(before, after) if before else ()), *_variants(after))


def _of(layout: Layout) -> Iterator[FieldColumn]:
    for table in layout.tables:
        if table.positions:
            yield FieldColumn(table.table.table, table.positions[-1], table.path, "bigint", 0)
        for one in table.columns:
            yield FieldColumn(table.table.table, one.name, one.path, one.type, one.count)


def _changes(before: Iterable[FieldColumn], after: Iterable[FieldColumn]) -> Iterator[str]:
    old = {(one.table, one.column): one for one in before}
    new = {(one.table, one.column): one for one in after}
    tables = {table for table, _ in old}
    for place, one in new.items():
        if one.table not in tables and one.column.startswith(POSITION):
            yield f"The table {one.table} is new: {one.path}."
        elif place not in old and one.table in tables:
            yield f"The column {one.table}.{one.column} is new: {one.path}, {one.type}."
        elif place in old:
            yield from _became(old[place], one)
    for table, column in sorted(old.keys() - new.keys()):
        yield f"The column {table}.{column} is gone: no document has {old[table, column].path} any more."


def _became(before: FieldColumn, after: FieldColumn) -> Iterator[str]:
    name = f"{after.table}.{after.column}"
    if before.path != after.path:
        yield f"The column {name} held {before.path} and holds {after.path}."
    if before.type != after.type:
        yield f"The column {name} was {before.type} and is {after.type}."


def _variants(after: Iterable[FieldColumn]) -> Iterator[str]:
    """The second column of a field has what is of another kind than most."""
    columns: dict[tuple[str, str], list[FieldColumn]] = {}
    for one in after:
        columns.setdefault((one.table, one.path), []).append(one)
    for first, *rest in (sorted(some, key=lambda one: len(one.column)) for some in columns.values()):
        for one in rest:
            if one.column.startswith(first.column) and one.filled:
                values = "1 value" if one.filled == 1 else f"{one.filled:,} values"
                yield f"{one.table}.{one.column} has {values} of {one.path} of another kind than most."

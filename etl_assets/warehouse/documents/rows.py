"""Documents into the rows of their tables, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from etl_assets.warehouse.documents.arrays import array_of, arrow_type, places
from etl_assets.warehouse.documents.layout import LaidTable, Layout, Node
from etl_assets.warehouse.documents.values import TEXT, document, is_special, scalar, written

_PARENT = 0
"""The first thing that a row of a child table says: which document of the batch it belongs to."""


@dataclass(slots=True)
class _Rows:
    """The rows of a table of one batch: the document, the positions, then the fields' values."""

    blank: list[Any]
    first: int
    rows: list[list[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, table: LaidTable) -> "_Rows":
        """No rows yet."""
        first = 1 + len(table.positions)
        return cls([None] * (first + len(table.columns)), first)


class Layer:
    """Lays documents out.

    Args:
        layout: The tables.
        plain: The schema of the query's columns that are no documents.
        key: The key's columns, which child tables have too.
    """

    def __init__(self, layout: Layout, plain: pa.Schema, key: Sequence[str]) -> None:
        """Nothing is laid out yet."""
        self._layout = layout
        self._plain = plain
        self._key = key
        self._tables: list[_Rows] = []
        self.schemas = [self._schema(table) for table in layout.tables]

    def lay(self, batch: pa.RecordBatch) -> list[pa.RecordBatch]:
        """The rows of each table that a batch of the query gives."""
        self._tables = [_Rows.of(table) for table in self._layout.tables]
        root = self._tables[0]
        root.rows = [[number, *root.blank[1:]] for number in range(batch.num_rows)]
        for name, node in self._layout.nodes.items():
            for row, text in zip(root.rows, batch.column(name).to_pylist(), strict=True):
                if text is not None:
                    self._put(node, document(text), row, root.first)
        return [self._batch(number, batch) for number in range(len(self._tables))]

    def _put(self, node: Node, value: Any, row: list[Any], first: int) -> None:  # noqa: ANN401 - whatever a document holds
        kind = type(value)
        if kind is str:
            self._put_scalar(node, (TEXT, value), value, row, first)
        elif kind is dict and not is_special(value):
            children = node.children
            for name, inner in value.items():
                self._put(children[name], inner, row, first)
        elif kind is list:
            self._put_items(node, value, row, first)
        elif value is not None:
            self._put_scalar(node, scalar(value), value, row, first)

    def _put_scalar(self, node: Node, told: tuple[str, Any], value: Any, row: list[Any], first: int) -> None:  # noqa: ANN401 - as above
        kind, carried = told
        if kind == node.kind:
            assert node.column is not None  # noqa: S101 - a value was seen here, so there is one
            row[first + node.column] = carried
        else:
            assert node.variant is not None  # noqa: S101 - values of two kinds were seen here, so there is one
            row[first + node.variant] = written(value)

    def _put_items(self, node: Node, values: list[Any], row: list[Any], first: int) -> None:
        if node.items is None or node.table is None:
            return
        table, outer = self._tables[node.table], row[:first]
        for position, value in enumerate(values):
            own = table.blank.copy()
            own[:first] = outer
            own[first] = position
            table.rows.append(own)
            self._put(node.items, value, own, table.first)

    def _batch(self, number: int, batch: pa.RecordBatch) -> pa.RecordBatch:
        table, rows = self._layout.tables[number], self._tables[number]
        columns = [*zip(*rows.rows, strict=True)] if rows.rows else [()] * len(rows.blank)
        parents = places(columns[_PARENT])
        if number:
            own = [batch.column(name).take(parents) for name in self._key]
        else:
            own = [batch.column(name) for name in self._plain.names]
        own += [places(column) for column in columns[1 : rows.first]]
        own += [array_of(one.type, values) for one, values in zip(table.columns, columns[rows.first :], strict=True)]
        return pa.RecordBatch.from_arrays(own, schema=self.schemas[number])

    def _schema(self, table: LaidTable) -> pa.Schema:
        is_root = table is self._layout.root
        own = [*self._plain] if is_root else [self._plain.field(name) for name in self._key]
        own += [pa.field(name, pa.int64()) for name in table.positions]
        return pa.schema([*own, *(pa.field(column.name, arrow_type(column.type)) for column in table.columns)])

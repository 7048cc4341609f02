"""The tables that documents are laid out in: their names, columns and types, which follow from what documents hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from etl_assets.errors import LoadRefused
from etl_assets.names import TableName
from etl_assets.warehouse.documents.allot import Allotted
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.documents.names import Names, joined
from etl_assets.warehouse.documents.survey import Field
from etl_assets.warehouse.documents.values import TEXT

POSITION = "position"


@dataclass(frozen=True, kw_only=True)
class LaidColumn:
    """A column that a field is laid out in.

    Args:
        name: Its name.
        type: Its type, in PostgreSQL's words.
        path: The field's, as a person names it.
        count: How many values it has.
    """

    name: str
    type: str
    path: str
    count: int


@dataclass(kw_only=True)
class LaidTable:
    """A table that documents are laid out in.

    Args:
        table: Its name.
        positions: The columns that say where in its arrays a row stands; none for the documents themselves.
        columns: The columns that fields are laid out in.
        path: That of the array whose elements are its rows; empty for the documents themselves.
        children: The tables of the arrays in its rows.
    """

    table: TableName
    positions: tuple[str, ...]
    path: str = ""
    columns: list[LaidColumn] = field(default_factory=list)
    children: "list[LaidTable]" = field(default_factory=list)

    def every(self) -> "Iterator[LaidTable]":
        """The table and all that are below it."""
        yield self
        for child in self.children:
            yield from child.every()


@dataclass(kw_only=True)
class Node:
    """Where a field's values go, while documents are laid out.

    Args:
        kind: The kind of the values that its column has.
        column: The place of that column in its table; None without one.
        variant: The place of the column with the values of other kinds, as JSON; None without one.
        children: The fields of its objects.
        table: The place of its elements' table among all tables; None for what is no array, or never had an element.
        items: Where its elements go.
    """

    kind: str = TEXT
    column: int | None = None
    variant: int | None = None
    children: "dict[str, Node]" = field(default_factory=dict)
    table: int | None = None
    items: "Node | None" = None


class Layout:
    """The tables of a model's documents.

    Args:
        model: Its declaration.
        plain: The columns of its query that are no documents.
        fields: What the documents hold, by column.
    """

    def __init__(self, model: Documents, plain: Sequence[str], fields: Mapping[str, Field]) -> None:
        """Lay them out.

        Raises:
            LoadRefused: When a table would have too many columns.
        """
        self._model = model
        own = model.table.table
        self._names = Names((own, f"{own}_fields", f"{own}_history", *model.beside))
        self.root = LaidTable(table=model.table, positions=())
        self.tables: list[LaidTable] = [self.root]
        roots = {name: ((prefix,) if prefix else (), fields[name]) for name, prefix in model.documents.items()}
        allotted = Allotted(own, roots.values(), Names(plain), self._names)
        self.nodes = {name: self._node(known, self.root, allotted) for name, (_, known) in roots.items()}

    def _node(self, known: Field, table: LaidTable, allotted: Allotted) -> Node:
        node = Node()
        kinds = known.kinds
        if name := allotted.column(known):
            node.kind = kinds[0] if kinds else TEXT
            node.column = self._add(table, name, known.type, known)
            if len(kinds) > 1:
                node.variant = self._add(table, allotted.beside(name, "variant"), TEXT, known, is_variant=True)
        for title, child in sorted(known.children.items()):
            node.children[title] = self._node(child, table, allotted)
        if known.items and (own := allotted.table(known)):
            self._lay_items(node, known.items, table, own)
        return node

    def _lay_items(self, node: Node, items: Field, parent: LaidTable, own: str) -> None:
        """The table of an array's elements; the place in an outer array has that array's name before it."""
        name = TableName(parent.table.warehouse, parent.table.layer, own)
        table = LaidTable(table=name, positions=self._positions(parent), path=items.path)
        node.table = len(self.tables)
        self.tables.append(table)
        parent.children.append(table)
        columns = Names((*self._model.key, *table.positions))
        node.items = self._node(items, table, Allotted(own, [((), items)], columns, self._names))

    def _positions(self, parent: LaidTable) -> tuple[str, ...]:
        outer, names = parent.positions[:-1], Names((*self._model.key, *parent.positions[:-1]))
        if parent.positions:
            array = parent.table.table.removeprefix(f"{self._model.table.table}_")
            outer = (*outer, names.free(joined(array, POSITION)))
        return (*outer, names.free(POSITION))

    def _add(self, table: LaidTable, name: str, kind: str, known: Field, *, is_variant: bool = False) -> int:
        if len(table.columns) == self._model.max_columns:
            message = f"{table.table.key} would have more than {self._model.max_columns} columns; {known.path} is one."
            raise LoadRefused(message, mend="Raise max_columns, or declare the column of its documents as text.")
        counts = [known.counts[one] for one in known.kinds]
        count = sum(counts[1:] if is_variant else counts[:1])
        table.columns.append(LaidColumn(name=name, type=kind, path=known.path, count=count))
        return len(table.columns) - 1

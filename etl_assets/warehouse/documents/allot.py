"""Which field of a table gets which name, where several would have the same: a new one takes none that is given."""

from collections.abc import Iterable, Iterator
from typing import Final

from etl_assets.warehouse.documents.names import Names, joined
from etl_assets.warehouse.documents.survey import Field

VALUE: Final = "value"
_Named = tuple[tuple[str, ...], Field]


class Allotted:
    """The names of a table's columns, and of the tables of its arrays.

    First come fields whose titles are names already, those within fewer objects before others; then by their titles.

    Args:
        table: The table's name.
        roots: What it holds, each with the titles that stand before those of its fields.
        columns: The names of its other columns.
        tables: Those of other tables.
    """

    def __init__(self, table: str, roots: Iterable[_Named], columns: Names, tables: Names) -> None:
        """Allot them."""
        self._names = columns
        self._columns: dict[int, str] = {}
        self._tables: dict[int, str] = {}
        for titles, known in sorted((one for root in roots for one in _every(*root)), key=_place):
            if known.kinds or known.nulls:
                self._columns[id(known)] = columns.free(joined(*titles) if titles else VALUE)
            if known.items and known.items.is_seen:
                self._tables[id(known)] = tables.free(joined(table, *(titles or (VALUE,))))

    def column(self, known: Field) -> str | None:
        """The name of a field's column; None where it has no values of its own."""
        return self._columns.get(id(known))

    def table(self, known: Field) -> str | None:
        """The name of the table of a field's elements; None where it never had one."""
        return self._tables.get(id(known))

    def beside(self, column: str, ending: str) -> str:
        """The name of one more column of a field; it is taken then."""
        return self._names.free(f"{column}_{ending}")


def _every(titles: tuple[str, ...], known: Field) -> Iterator[_Named]:
    yield titles, known
    for title, child in known.children.items():
        yield from _every((*titles, title), child)


def _place(named: _Named) -> tuple[bool, int, tuple[str, ...]]:
    titles, _ = named
    return any(joined(title) != title for title in titles), len(titles), titles

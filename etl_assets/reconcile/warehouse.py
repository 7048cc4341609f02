"""The warehouse's side of a comparison: the same counts and checksums, and rows, of what was observed last of each key.

Each question is a session of its own, so that nobody waits for a whole comparison.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from etl_assets.connectors.database.digest import PLACE_BITS, Cell, Ranges, joined, or_text
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from etl_assets.reconcile.plan import Plan
    from etl_assets.warehouse.dialects import Dialect
    from etl_assets.warehouse.engines import Engine


class WarehouseSide:
    """A staging table.

    Args:
        engine: Where it is.
        plan: How it is compared.
    """

    def __init__(self, engine: "Engine", plan: "Plan") -> None:
        """Nothing is asked yet."""
        self._engine = engine
        self._plan = plan
        self._dialect = engine.DIALECT
        self._observations = Observations.of(plan.dataset)

    def bounds(self) -> tuple[int, int, int]:
        """How many observations there are, and the first and the last place."""
        with self._engine.reading() as session:
            (found,) = session.ask("reconcile/bounds", self._bindings({"place": self._place()}))
        count, first, last = found
        return (count, int(first or 0), int(last or 0)) if self._plan.digest.is_whole else (count, 0, _LAST)

    def checksums(self, bits: int, within: Ranges | None = None) -> Iterator[tuple[int, int, int]]:
        """Ranges with their number, their rows' count and the sum of their hashes."""
        number = exp.BitwiseRightShift(this=self._place(), expression=exp.Literal.number(bits))
        put = {"number": exp.paren(number), "hash": self._hash(self._plan.digest.cells), "within": self._within(within)}
        with self._engine.reading() as session:
            if settle := self._dialect.ISO_DATES:
                session.run(settle)
            rows = session.ask("reconcile/checksums", self._bindings(put))
        return ((int(found), int(count), int(total)) for found, count, total in rows)

    def latest(self, within: Ranges) -> "pa.Table":
        """What was observed last of the keys in some ranges: its columns, ``_operation`` and ``_delivery``."""
        from etl_assets.warehouse.statement import render  # noqa: PLC0415 - beside its only use

        names = [cell.column.name for cell in self._plan.cells]
        bindings = self._bindings({"within": self._within(within)}, columns=names)
        with self._engine.reading() as session:
            return session.batches(render("reconcile/latest", self._dialect, bindings)).read_all()

    def _within(self, within: Ranges | None) -> exp.Expr:
        if within is None:
            return exp.true()
        is_sought = self._plan.digest.is_whole and self._dialect.READS_BY_INDEX
        place = _name(self._plan.key[0]) if is_sought else self._place()
        return within.where(place, by_index=is_sought)

    def _place(self) -> exp.Expr:
        if self._plan.digest.is_whole:
            return exp.cast(_name(self._plan.key[0]), "bigint")
        return self._hash(self._plan.key)

    def _hash(self, cells: "Sequence[Cell]") -> exp.Expr:
        return self._dialect.expression(self._dialect.KEY_HASH, text_in(cells, self._dialect))

    def _bindings(self, put: "Mapping[str, exp.Expr]", columns: "Sequence[str] | None" = None) -> Bindings:
        dataset, stores = self._plan.dataset, self._observations.stores
        return Bindings(
            columns={"key": dataset.key, "column": columns or [cell.column.name for cell in self._plan.cells]},
            tables={name: store.qualified for name, store in stores.items()},
            expressions={**self._observations.expressions, **put},
        )


def text_in(cells: "Sequence[Cell]", dialect: "type[Dialect]") -> exp.Expr:
    """Some cells as an engine writes them."""
    return joined([written for cell in cells for written in _written_in(cell, dialect)])


def _written_in(cell: Cell, dialect: "type[Dialect]") -> list[exp.Expr]:
    """A cell as an engine writes it (``connectors/database/digest.py`` says how)."""
    name: exp.Expr = _name(cell)
    if cell.is_text:
        return [or_text(dialect.expression(dialect.BYTE_LENGTH, name), "-1"), or_text(name, "")]
    if cell.column.type == "double precision":
        return [or_text(dialect.expression(dialect.FLOAT_BITS, name), "")]
    if (scale := cell.scale) is not None and (digits := cell.column.precision_and_scale):
        whole = digits[0] - digits[1]
        if scale != digits[1]:
            name = exp.cast(name, exp.DataType.build(f"numeric({whole + scale},{scale})", dialect="postgres"))
        return [or_text(name if whole else dialect.expression(dialect.FRACTION_TEXT, name), "")]
    return [or_text(name, "")]


def _name(cell: Cell) -> exp.Column:
    return exp.column(cell.column.name, quoted=True)


_LAST = (1 << PLACE_BITS) - 1

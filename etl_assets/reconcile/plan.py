"""What is compared of a table: its columns on both sides, and how its rows are placed and hashed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl_assets.connectors.database.digest import Cell, Digest
from etl_assets.errors import DeclarationError

if TYPE_CHECKING:
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.datasets import Dataset
    from etl_assets.lake.catalogue import Shape


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A table and how it is compared.

    Args:
        dataset: As the warehouse has it.
        table: As the source has it.
        shape: The source's columns.
        key: The key's columns, in the dataset's order.
        cells: The columns that both sides have.
    """

    dataset: "Dataset"
    table: "SourceTable"
    shape: "Shape"
    key: tuple[Cell, ...]
    cells: tuple[Cell, ...]

    @property
    def digest(self) -> Digest:
        """How its rows are placed and hashed."""
        return Digest(key=self.key, cells=tuple(cell for cell in self.cells if cell.rule))

    @property
    def apart(self) -> tuple[str, ...]:
        """The columns that are not hashed."""
        return tuple(cell.column.name for cell in self.cells if not cell.rule)


def planned(dataset: "Dataset", table: "SourceTable", shape: "Shape") -> Plan:
    """How a table is compared.

    Raises:
        DeclarationError: When it cannot be.
    """
    if not dataset.means("changes") or not dataset.effective_at or not dataset.op:
        message = f"{dataset.name} cannot be compared: its rows say neither since when they hold nor whether they end."
        raise DeclarationError(message, mend="Declare it as extracted changes, with effective_at and op.")
    told = {dataset.effective_at, dataset.op}
    sides = [(shape.column(column.title) or shape.column(column.name), column) for column in dataset.columns]
    cells = {
        column.name: Cell(source=source, column=column)
        for source, column in sides
        if source and column.name not in told
    }
    key = tuple(cells[name] for name in dataset.key if name in cells)
    if not shape.key or {cell.source.name for cell in key} != {*shape.key}:
        found = ", ".join(shape.key) or "none"
        message = f"{dataset.name} cannot be compared: its key is {', '.join(dataset.key)}, the source's is {found}."
        raise DeclarationError(message, mend="Compare tables with a primary key that is the dataset's key.")
    if unfit := [cell.source.name for cell in key if not cell.rule]:
        message = f"{dataset.name} cannot be compared: both sides do not write {', '.join(unfit)} of its key alike."
        raise DeclarationError(message, mend="Declare the key's columns as the source has them.")
    return Plan(dataset=dataset, table=table, shape=shape, key=key, cells=tuple(cells.values()))

"""What has to be loaded and built, and in which order, so that some tables are there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.models.catalogue import tables_read
from etl_assets.warehouse.models.declare import Incremental, Model, Type2
from etl_assets.warehouse.models.pointers import points_to_no_member
from etl_assets.words import nearest_first

_SHOWN: Final = 5


def not_there(table: str, known: Iterable[str], *, reader: str = "") -> DeclarationError:
    """What to raise for a table that is neither loaded nor built.

    Args:
        table: Its key, as it was written.
        known: The tables that there are; those that look most like it are named.
        reader: The model that reads it; empty when a person asks for it.
    """
    message = f"{reader} reads {table}, which is not there." if reader else f"{table} is not declared."
    return DeclarationError(message, mend=f"Known are {', '.join(nearest_first(table, known)[:_SHOWN]) or 'none'}.")


@dataclass(frozen=True)
class Declared:
    """What is declared of warehouses, or a part of it.

    Args:
        datasets: What is loaded from the lake.
        models: What is built.
    """

    datasets: Sequence[Dataset]
    models: Sequence[Model]

    def __post_init__(self) -> None:
        """Refuse what points to a table without an unknown member."""
        without = {model.name for model in self.models if isinstance(model, Type2) and not model.unknown_member}
        for model in self.models:
            for pointed in _pointed(model):
                if pointed in without:
                    raise points_to_no_member(model.name, pointed)

    def needed_for(self, tables: Iterable[TableName], root: Path = SQL_ROOT) -> "Declared":
        """The part that some tables are made of; a model stands behind all that it reads.

        Raises:
            DeclarationError: When a table is neither loaded nor built.
        """
        datasets = {dataset.table: dataset for dataset in self.datasets}
        models = {model.table: model for model in self.models}
        found: dict[TableName, None] = {}

        def add(table: TableName, reader: str = "") -> None:
            if table in found:
                return
            if table not in datasets and table not in models:
                raise not_there(table.key, self.names, reader=reader)
            if table in models:
                for other in tables_read(models[table], root):
                    add(other, table.key)
            found[table] = None

        for table in tables:
            add(table)
        return Declared(
            [datasets[table] for table in found if table in datasets],
            [models[table] for table in found if table in models],
        )

    def facts_of(self, models: Iterable[Model]) -> list[TableName]:
        """The facts that point to any of these dimensions, and so give them inferred members."""
        names = {model.name for model in models}
        return [
            model.table
            for model in self.models
            if isinstance(model, Incremental) and names & {member.dimension for member in model.members}
        ]

    @property
    def names(self) -> list[str]:
        """The tables' keys, in order."""
        return sorted([*(dataset.name for dataset in self.datasets), *(model.name for model in self.models)])


def _pointed(model: Model) -> list[str]:
    """The dimensions that a fact points to, and the tables that a dimension looks up."""
    if isinstance(model, Incremental):
        return [member.dimension for member in model.members]
    return [lookup.dataset for lookup in model.lookups] if isinstance(model, Type2) else []

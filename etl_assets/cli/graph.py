"""The code location's definitions, as the command uses them."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from etl_assets.connectors.database.tables import SourceTable
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.warehouse.models.closure import Declared

_DEFS: Final = Path(__file__).parents[1] / "defs"


def warehouses(named: Sequence[str] = ()) -> tuple[str, ...]:
    """The warehouses that were named, all when none was: the folders of ``defs/``.

    Raises:
        DeclarationError: When there is no such warehouse.
    """
    known = sorted(file.parent.name for file in _DEFS.glob("*/raw.py"))
    if unknown := sorted(set(named) - set(known)):
        message = f"There is no warehouse {', '.join(unknown)}."
        raise DeclarationError(message, mend=f"Known are {', '.join(known)}.")
    return tuple(dict.fromkeys(named)) or tuple(known)


def datasets_of(warehouse: str) -> tuple[Dataset, ...]:
    """What a warehouse loads."""
    return import_module(f"etl_assets.defs.{warehouse}.raw").DATASETS


def besides(warehouse: str) -> tuple[str, ...]:
    """Files in a warehouse's landing folder that belong to no dataset and are known."""
    return getattr(import_module(f"etl_assets.defs.{warehouse}.raw"), "BESIDES", ())


def extracted() -> dict[str, tuple[SourceTable, ...]]:
    """The warehouses that are extracted from a database, each with the tables."""
    found = {name: import_module(f"etl_assets.defs.{name}.raw") for name in warehouses()}
    return {
        name: tuple(table for _, table in module.TABLES) for name, module in found.items() if hasattr(module, "TABLES")
    }


def pairs_of(warehouse: str) -> tuple[tuple[Dataset, SourceTable], ...]:
    """The tables that are extracted for a warehouse, each with what it is loaded as."""
    return import_module(f"etl_assets.defs.{warehouse}.raw").TABLES


def chosen_pairs(names: Sequence[str], only: Sequence[str] = ()) -> dict[str, list[tuple[Dataset, SourceTable]]]:
    """The tables of each warehouse that is extracted from a database.

    Args:
        names: The warehouses; all where there is none.
        only: The staging tables, as totesys/staging/payment; all where there is none.

    Raises:
        DeclarationError: When nothing is.
    """
    known = extracted()
    every = {name: pairs_of(name) for name in warehouses(names) if name in known}
    wanted = {name: [pair for pair in pairs if _is_named(pair[0], only)] for name, pairs in every.items()}
    found = {name: pairs for name, pairs in wanted.items() if pairs}
    if not found:
        message = f"{', '.join(only or names) or 'Nothing'} is not extracted from a database."
        raise DeclarationError(message, mend=f"Known are {', '.join(known)}; their tables are in `etl-assets status`.")
    return found


def _is_named(dataset: Dataset, only: Sequence[str]) -> bool:
    return not only or bool({dataset.name, dataset.table.qualified} & {*only})


def dataset_named(name: str) -> Dataset | None:
    """The dataset of a name, as support/staging/cases or support_staging.cases; None when there is none."""
    schema, _, table = name.partition(".")
    return next(
        (
            dataset
            for warehouse in warehouses()
            for dataset in datasets_of(warehouse)
            if name == dataset.name or (schema, table) == (dataset.table.schema, dataset.table.table)
        ),
        None,
    )


def declared(warehouse: str) -> Declared:
    """All that is declared of a warehouse."""
    models = [
        model
        for layer in ("marts", "reports")
        if (_DEFS / warehouse / f"{layer}.py").is_file()
        for model in import_module(f"etl_assets.defs.{warehouse}.{layer}").MODELS
    ]
    return Declared(datasets_of(warehouse), models)

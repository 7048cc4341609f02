"""The code location's definitions, as the command uses them."""

import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

import dagster as dg

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError

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
    """What a warehouse loads from files."""
    return import_module(f"etl_assets.defs.{warehouse}.raw").DATASETS


def load_definitions() -> dg.Definitions:
    """All of ``defs/``, as the code location has it.

    Loaded part by part: the whole at once would also import every installed package that has components of its own,
    which takes longer than all the rest. What Dagster warns of on the way is its own use of its newer parts.
    """
    tree = dg.ComponentTree.for_project(path_within_project=_DEFS.parent)
    parts = sorted(path for path in _DEFS.iterdir() if path.suffix == ".py" or (path / "defs.yaml").is_file())
    with warnings.catch_warnings():
        for kind in (dg.BetaWarning, dg.PreviewWarning):
            warnings.simplefilter("ignore", kind)
        return dg.Definitions.merge(
            *(tree.build_defs_at_path(path.relative_to(_DEFS)) for path in parts if path.name != "__init__.py")
        )

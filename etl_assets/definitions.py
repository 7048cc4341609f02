"""The code location: all that is in ``defs/``."""

import warnings
from pathlib import Path
from typing import Final

import dagster as dg

import etl_assets.defs
from etl_assets.factories.upstreams import refuse_missing, refuse_same

_FOLDER: Final = Path(__file__).parent / "defs"
DAGSTER_S_OWN: Final = "Parameter `execution_type` of function `AssetsDefinition.__init__`"
"""What Dagster warns of whenever it makes a copy of asset checks, long after they were loaded: its own call."""

warnings.filterwarnings("ignore", DAGSTER_S_OWN, dg.BetaWarning)


def load() -> dg.Definitions:
    """Everything below ``defs/``, found by its folder.

    ``dg.load_from_defs_folder`` would find the same. It also imports every installed package that has components of its
    own, which takes longer than all the rest, and complains of the name under which the code location is loaded. What
    Dagster warns of on the way is its own use of its newer parts.

    Raises:
        DeclarationError: When something is made of what is not there, or two are the same table.
    """
    tree = dg.ComponentTree.from_module(defs_module=etl_assets.defs, project_root=_FOLDER.parents[1])
    parts = sorted(path for path in _FOLDER.iterdir() if path.suffix == ".py" or (path / "defs.yaml").is_file())
    with warnings.catch_warnings():
        for kind in (dg.BetaWarning, dg.PreviewWarning):
            warnings.simplefilter("ignore", kind)
        found = dg.Definitions.merge(
            *(tree.build_defs_at_path(path.relative_to(_FOLDER)) for path in parts if path.name != "__init__.py")
        )
    refuse_missing(found.assets or ())
    refuse_same(found.assets or ())
    return found


defs = dg.definitions(load)

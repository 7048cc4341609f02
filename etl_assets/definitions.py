"""The code location: all that is in ``defs/``."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Everything below ``defs/``, found by its folder."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)

"""Names that tables of a warehouse keep apart: behind a staging table stand others, which hold what was observed."""

from collections.abc import Iterable
from typing import Final

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName

_ENDINGS: Final = ("rows", "events", "snapshots", "unread")
"""Those of the tables behind a staging table, whatever its files mean: that may change."""


def refuse_shared(names: Iterable[str]) -> None:
    """See that no staging table is called as one that stands behind another.

    Args:
        names: The keys of staging tables.

    Raises:
        DeclarationError: When one is.
    """
    known = {*names}
    for name in sorted(known):
        for ending in _ENDINGS:
            if (store := TableName.parse(name).with_suffix(ending).key) in known:
                message = f"{store} cannot be called so: that table keeps what was observed of {name}."
                raise DeclarationError(message, mend="Give one of them another name.")

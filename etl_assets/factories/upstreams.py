"""What assets are made of has to be there, and no two may be the same table.

Dagster takes a name that nothing makes for a table of other hands.
"""

from collections.abc import Iterable

import dagster as dg

from etl_assets.warehouse.apart import refuse_shared
from etl_assets.warehouse.models.closure import not_there


def refuse_missing(assets: Iterable[object]) -> None:
    """See that all that assets are made of is made by one of them.

    A table of a schema that belongs to no warehouse is not looked for.

    Args:
        assets: Those of a code location.

    Raises:
        DeclarationError: When something is not made.
    """
    specs = _specs(assets)
    known = {spec.key.to_user_string() for spec in specs}
    warehouses = {spec.key.path[0] for spec in specs}
    for spec in specs:
        for dep in spec.deps:
            key = dep.asset_key.to_user_string()
            if key not in known and dep.asset_key.path[0] in warehouses:
                alike = (name for name in known if ("/raw/" in name) == ("/raw/" in key))
                raise not_there(key, alike, reader=spec.key.to_user_string())


def refuse_same(assets: Iterable[object]) -> None:
    """See that no staging table is one that keeps what was observed of another.

    Args:
        assets: Those of a code location.

    Raises:
        DeclarationError: When one is.
    """
    refuse_shared(spec.key.to_user_string() for spec in _specs(assets) if "staging" in spec.key.path[1:-1])


def _specs(assets: Iterable[object]) -> list[dg.AssetSpec]:
    return [spec for one in assets for spec in (one.specs if isinstance(one, dg.AssetsDefinition) else ())]

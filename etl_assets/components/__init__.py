"""Types that a ``defs.yaml`` may name."""

from etl_assets.components.dms import DmsBucket

__all__ = ["DmsBucket"]

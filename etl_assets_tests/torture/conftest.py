"""The lake with all probes, made once, and the warehouses into which it is loaded."""

from etl_assets_tests.warehouse.conftest import engine

__all__ = ["engine"]

"""Totesys' staging tables: what was extracted, typed, each change once."""

from etl_assets.defs.totesys.raw import DATASETS
from etl_assets.factories.staging import staging_table

staging = [staging_table(dataset) for dataset in DATASETS]
"""Each holds what its rows were, and when."""

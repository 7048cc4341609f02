"""The support warehouse's staging tables: what landed, typed, each row once."""

from etl_assets.defs.support.raw import BY_YEAR, DATASETS
from etl_assets.factories.staging import staging_table

staging = [staging_table(dataset, periods=BY_YEAR) for dataset in DATASETS]

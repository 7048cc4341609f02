"""The sparkify warehouse's staging tables: what landed, typed, each event and each song once."""

from etl_assets.defs.sparkify.raw import BY_DAY, DATASETS
from etl_assets.factories.staging import staging_table

staging = [staging_table(dataset, periods=BY_DAY) for dataset in DATASETS]

"""What is extracted of totesys' operational database, ``ETL_TOTESYS_URL``."""

from etl_assets.defs.totesys.tables import DATASETS, TABLES
from etl_assets.factories.extracts import complete_extract, extracted_tables

__all__ = ["DATASETS", "TABLES"]

raw = extracted_tables(TABLES)
complete = complete_extract(TABLES)

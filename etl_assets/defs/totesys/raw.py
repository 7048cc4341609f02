"""What is extracted of totesys' database, ``ETL_TOTESYS_URL``, and the exchange rates that land or are fetched."""

from etl_assets.defs.totesys import tables
from etl_assets.defs.totesys.rates import BASE, exchange_rates
from etl_assets.factories.extracts import complete_extract, extracted_tables
from etl_assets.factories.rates import fetched_rates, rates_key
from etl_assets.factories.raw import landed_files, landing_folder

TABLES = tables.TABLES
DATASETS = (*tables.DATASETS, exchange_rates)

raw = extracted_tables(TABLES)
complete = complete_extract(TABLES)
landing = landing_folder((exchange_rates,))
rates_api = fetched_rates(exchange_rates, base=BASE)
rates = landed_files(exchange_rates, behind=(rates_key(exchange_rates),))

"""Exchange rates: what lands of them, as files or fetched from an API."""

from etl_assets.datasets import Dataset, FilePattern, Json
from etl_assets.schema import Column

BASE = "GBP"
"""The currency of which reports convert amounts; `sql/totesys/marts/rates_by_day.sql` goes by it."""
_ENTRIES = ("currency", "rate")

exchange_rates = Dataset(
    name="totesys/staging/exchange_rates",
    description="Exchange rates by day; of a day that is told twice the last file stands.",
    columns=(
        Column("rate_date", "date", nullable=False, header="date", description="The day that the rate is of."),
        Column("base_currency_code", nullable=False, header="base", description="The currency that one unit is of."),
        Column("currency_code", nullable=False, header="currency", description="The currency that it is worth."),
        Column(
            "rate",
            "numeric(20,10)",
            nullable=False,
            description="How much of the currency one unit of the base is worth.",
        ),
    ),
    key=("rate_date", "base_currency_code", "currency_code"),
    files=(
        FilePattern(pattern="exchange_rates*.jsonl", format=Json(lines=True, records="rates", entries=_ENTRIES)),
        FilePattern(pattern="exchange_rates_{YYYYMMDD-HHMMSSmmm}.json", format=Json(records="rates", entries=_ENTRIES)),
    ),
)

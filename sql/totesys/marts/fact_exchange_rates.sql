-- One row per day, base currency and currency: how much of the currency one unit of the base was worth.
-- What was told last of a day stands.
-- Grain: rate_date, base_currency_code, currency_code.
select
    rate_date,
    base_currency_code,
    currency_code,
    rate
from totesys_staging.exchange_rates

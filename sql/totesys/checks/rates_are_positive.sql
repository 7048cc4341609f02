-- Exchange rates of zero or less, which nothing is converted with.
select
    rate_date,
    base_currency_code,
    currency_code,
    rate
from totesys_marts.fact_exchange_rates
where rate <= 0

-- Exchange rates of another base than the pound, which nothing is converted with.
select
    rate_date,
    base_currency_code,
    currency_code
from totesys_marts.fact_exchange_rates
where base_currency_code <> 'GBP'

-- One row per day that is named anywhere and currency: the rate of the day for a pound, or else the last known one.
-- Days before the first rate of a currency have none. The pound is always worth one.
-- Grain: date_id, currency_code.
with rates as (
    select
        currency_code,
        rate_date,
        rate,
        lead(rate_date) over (partition by currency_code order by rate_date) as next_rate_date
    from totesys_marts.fact_exchange_rates
    where base_currency_code = 'GBP' and currency_code <> 'GBP' and rate > 0
)
select
    d.date_id,
    r.currency_code,
    r.rate_date, -- The day that the rate is of.
    r.rate_date = d.date_id as is_of_the_day, -- Whether that is the day itself; else the rate is the last known one.
    r.rate -- How much of the currency a pound was worth.
from totesys_marts.named_days as d
inner join rates as r
    on r.rate_date <= d.date_id and (r.next_rate_date is null or r.next_rate_date > d.date_id)
union all
select
    date_id,
    'GBP' as currency_code,
    date_id as rate_date,
    true as is_of_the_day,
    cast(1 as numeric(20, 10)) as rate
from totesys_marts.named_days

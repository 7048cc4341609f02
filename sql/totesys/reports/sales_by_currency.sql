-- In which currencies is how much sold, and what is it in pounds? One row per currency.
-- Grain: currency_code.
select
    s.currency_code,
    s.currency_name,
    count(*) as sales, -- How many orders.
    cast(sum(s.units_sold) as bigint) as units, -- How many pieces.
    cast(sum(s.amount) as numeric(20, 2)) as amount, -- What they come to in the currency itself.
    cast(sum(s.amount_gbp) as numeric(20, 2)) as amount_gbp, -- The same in pounds, of those that a rate is known for.
    cast(sum(s.at_last_known_rate) as bigint) as sales_at_last_known_rate, -- By an older rate than the day's own.
    cast(sum(s.without_rate) as bigint) as sales_without_rate -- Not in the pounds.
from totesys_marts.current_sales as s
group by s.currency_code, s.currency_name
order by s.currency_code, s.currency_name

-- How much is sold from month to month? One row per month and currency.
-- Grain: year, month, currency_code.
select
    d.year,
    d.month, -- From 1, the month in which the orders were made.
    s.currency_code,
    count(*) as sales, -- How many orders.
    cast(sum(s.units_sold) as bigint) as units, -- How many pieces.
    cast(sum(s.amount) as numeric(20, 2)) as amount, -- What they come to in the currency itself.
    cast(sum(s.amount_gbp) as numeric(20, 2)) as amount_gbp, -- The same in pounds, of those that a rate is known for.
    cast(sum(s.at_last_known_rate) as bigint) as sales_at_last_known_rate, -- By an older rate than the day's own.
    cast(sum(s.without_rate) as bigint) as sales_without_rate -- Not in the pounds.
from totesys_marts.current_sales as s
inner join totesys_marts.dim_date as d on d.date_id = s.created_date
group by d.year, d.month, s.currency_code
order by d.year, d.month, s.currency_code

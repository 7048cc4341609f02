-- Which designs sell how much? One row per design and currency.
-- Grain: design_id, currency_code.
select
    s.design_id,
    g.design_name,
    g.file_name,
    s.currency_code,
    count(*) as sales, -- How many orders.
    cast(sum(s.units_sold) as bigint) as units, -- How many pieces.
    cast(sum(s.amount) as numeric(20, 2)) as amount, -- What they come to in the currency itself.
    cast(sum(s.amount_gbp) as numeric(20, 2)) as amount_gbp, -- The same in pounds, of those that a rate is known for.
    cast(sum(s.at_last_known_rate) as bigint) as sales_at_last_known_rate, -- By an older rate than the day's own.
    cast(sum(s.without_rate) as bigint) as sales_without_rate -- Not in the pounds.
from totesys_marts.current_sales as s
left join totesys_marts.dim_design as g on g.design_id = s.design_id
group by s.design_id, g.design_name, g.file_name, s.currency_code
order by s.design_id, g.design_name, g.file_name, s.currency_code

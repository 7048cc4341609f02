-- Who sells how much? One row per member of staff and currency, with the department of today.
-- Grain: staff_id, currency_code.
select
    s.sales_staff_id as staff_id, -- Who sold.
    p.first_name,
    p.last_name,
    p.department_name,
    s.currency_code,
    count(*) as sales, -- How many orders.
    cast(sum(s.units_sold) as bigint) as units, -- How many pieces.
    cast(sum(s.amount) as numeric(20, 2)) as amount, -- What they come to in the currency itself.
    cast(sum(s.amount_gbp) as numeric(20, 2)) as amount_gbp, -- The same in pounds, of those that a rate is known for.
    cast(sum(s.at_last_known_rate) as bigint) as sales_at_last_known_rate, -- By an older rate than the day's own.
    cast(sum(s.without_rate) as bigint) as sales_without_rate -- Not in the pounds.
from totesys_marts.current_sales as s
left join totesys_marts.dim_staff as p on p.staff_id = s.sales_staff_id
group by s.sales_staff_id, p.first_name, p.last_name, p.department_name, s.currency_code
order by s.sales_staff_id, p.first_name, p.last_name, p.department_name, s.currency_code

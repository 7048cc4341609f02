-- Currencies in which the current sales are not what the source last told of: their number, or the sum of units or
-- amounts.
with told as (
    select
        sales_order_id,
        units_sold,
        unit_price,
        currency_id,
        op,
        row_number() over (partition by sales_order_id order by effective_at desc, sequence desc) as recency
    from totesys_staging.sales_order
), sides as (
    select
        currency_id,
        1 as rows_there,
        units_sold as units,
        units_sold * unit_price as amount
    from totesys_marts.fact_sales_order
    where is_current
    union all
    select
        currency_id,
        -1 as rows_there,
        -units_sold as units,
        -(units_sold * unit_price) as amount
    from told
    where recency = 1 and op <> 'D'
)
select
    currency_id,
    sum(rows_there) as rows_there_too_many,
    sum(units) as units_too_many,
    sum(amount) as amount_too_many
from sides
group by currency_id
having
    sum(rows_there) <> 0
    or sum(units) <> 0
    or sum(amount) <> 0

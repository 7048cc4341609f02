-- Currencies in which the current purchases are not what the source last told of: their number, or the sum of units or
-- amounts.
with told as (
    select
        purchase_order_id,
        item_quantity,
        item_unit_price,
        currency_id,
        op,
        row_number() over (partition by purchase_order_id order by effective_at desc, sequence desc) as recency
    from totesys_staging.purchase_order
), sides as (
    select
        currency_id,
        1 as rows_there,
        item_quantity as units,
        item_quantity * item_unit_price as amount
    from totesys_marts.fact_purchase_orders
    where is_current
    union all
    select
        currency_id,
        -1 as rows_there,
        -item_quantity as units,
        -(item_quantity * item_unit_price) as amount
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

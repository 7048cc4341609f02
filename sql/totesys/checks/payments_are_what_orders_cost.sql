-- Current payments for an order, refunds left out, that are not of its amount, currency and counterparty.
with orders as (
    select
        'SALE' as transaction_type,
        sales_order_id as order_id,
        units_sold * unit_price as amount,
        currency_id,
        counterparty_id
    from totesys_marts.fact_sales_order
    where is_current
    union all
    select
        'PURCHASE' as transaction_type,
        purchase_order_id as order_id,
        item_quantity * item_unit_price as amount,
        currency_id,
        counterparty_id
    from totesys_marts.fact_purchase_orders
    where is_current
)
select
    p.payment_id,
    t.transaction_type,
    o.order_id,
    p.payment_amount,
    o.amount as order_amount,
    p.currency_id,
    o.currency_id as order_currency_id,
    p.counterparty_id,
    o.counterparty_id as order_counterparty_id
from totesys_marts.fact_payment as p
inner join totesys_marts.dim_payment_type as k on k.payment_type_id = p.payment_type_id
inner join totesys_marts.dim_transaction as t on t.transaction_id = p.transaction_id
inner join orders as o
    on o.transaction_type = t.transaction_type and o.order_id = coalesce(t.sales_order_id, t.purchase_order_id)
where
    p.is_current
    and k.payment_type_name in ('SALES_RECEIPT', 'PURCHASE_PAYMENT')
    and (
        p.payment_amount <> o.amount
        or p.currency_id <> o.currency_id
        or p.counterparty_id <> o.counterparty_id
    )

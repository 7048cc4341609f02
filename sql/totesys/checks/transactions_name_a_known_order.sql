-- Transactions of an order that neither fact has.
select
    t.transaction_id,
    t.sales_order_id,
    t.purchase_order_id
from totesys_marts.dim_transaction as t
left join totesys_marts.fact_sales_order as s on s.sales_order_id = t.sales_order_id
left join totesys_marts.fact_purchase_orders as p on p.purchase_order_id = t.purchase_order_id
where
    (t.sales_order_id is not null and s.sales_order_id is null)
    or (t.purchase_order_id is not null and p.purchase_order_id is null)

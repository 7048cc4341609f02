-- Transactions that are not of exactly one order of their own kind: a sale, or a purchase.
select
    transaction_id,
    transaction_type,
    sales_order_id,
    purchase_order_id
from totesys_marts.dim_transaction
where
    not (transaction_type = 'SALE' and sales_order_id is not null and purchase_order_id is null)
    and not (transaction_type = 'PURCHASE' and purchase_order_id is not null and sales_order_id is null)

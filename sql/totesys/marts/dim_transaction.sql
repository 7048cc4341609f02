-- One row per entry in the books: as it is now or, where the source has it no more, as it was last.
-- Grain: transaction_id.
with told as (
    select
        transaction_id,
        transaction_type,
        sales_order_id,
        purchase_order_id,
        row_number() over (partition by transaction_id order by effective_at desc, sequence desc) as recency
    from totesys_staging.transaction
    where op <> 'D'
)
select
    transaction_id,
    transaction_type,
    sales_order_id,
    purchase_order_id
from told
where recency = 1

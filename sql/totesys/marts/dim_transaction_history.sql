-- One row per version of an entry in the books, from valid_from to valid_to.
-- Grain: transaction_id, valid_from.
select
    transaction_id,
    transaction_type,
    sales_order_id,
    purchase_order_id,
    effective_at,
    sequence,
    op
from totesys_staging.transaction

-- One row per version of a reason to pay, from valid_from to valid_to.
-- Grain: payment_type_id, valid_from.
select
    payment_type_id,
    payment_type_name,
    effective_at,
    sequence,
    op
from totesys_staging.payment_type

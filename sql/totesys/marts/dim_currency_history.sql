-- One row per version of a currency, from valid_from to valid_to.
-- Grain: currency_id, valid_from.
select
    currency_id,
    currency_code,
    effective_at,
    sequence,
    op
from totesys_staging.currency

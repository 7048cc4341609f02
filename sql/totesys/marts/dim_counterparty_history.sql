-- One row per version of a counterparty and its legal address, from valid_from to valid_to. An address that changes
-- gives those who have it a version, though their own rows did not change.
-- Grain: counterparty_id, valid_from.
select
    counterparty_id,
    counterparty_legal_name,
    legal_address_id,
    effective_at,
    sequence,
    op
from totesys_staging.counterparty

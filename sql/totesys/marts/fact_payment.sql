-- One row per version of a payment: due, and once it was made, paid, from valid_from to valid_to. The last one is
-- current.
-- Here is what was seen of each payment at a time; the versions follow from it.
-- Grain: payment_id, valid_from.
select
    payment_id,
    cast(created_at as date) as created_date, -- The day on which it was made, in UTC.
    cast(created_at as time) as created_time, -- The time of that day, in UTC.
    cast(last_updated as date) as last_updated_date, -- The day on which the source says that it changed last, in UTC.
    cast(last_updated as time) as last_updated_time, -- The time of that day, in UTC.
    transaction_id,
    counterparty_id,
    payment_amount,
    currency_id,
    payment_type_id,
    paid,
    payment_date,
    effective_at,
    sequence,
    op
from totesys_staging.payment

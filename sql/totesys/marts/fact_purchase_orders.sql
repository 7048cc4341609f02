-- One row per version of a purchase order: what was agreed on, from valid_from to valid_to. The last one is current.
-- Here is what was seen of each order at a time; the versions follow from it.
-- Grain: purchase_order_id, valid_from.
select
    purchase_order_id,
    cast(created_at as date) as created_date, -- The day on which it was made, in UTC.
    cast(created_at as time) as created_time, -- The time of that day, in UTC.
    cast(last_updated as date) as last_updated_date, -- The day on which the source says that it changed last, in UTC.
    cast(last_updated as time) as last_updated_time, -- The time of that day, in UTC.
    staff_id,
    counterparty_id,
    item_code,
    item_quantity,
    item_unit_price,
    currency_id,
    agreed_delivery_date,
    agreed_payment_date,
    agreed_delivery_location_id,
    effective_at,
    sequence,
    op
from totesys_staging.purchase_order

-- One row per customer and version.
select
    c.customer_id,
    c.name,
    c.city,
    c.status,
    c.score,
    c.balance,
    c.note,
    c.effective_at,
    c.sequence,
    c.op
from speed_staging.customers as c

-- One row per visit.
select
    v.visit_id,
    v.customer_id,
    v.happened_at,
    v.amount
from speed_staging.visits as v

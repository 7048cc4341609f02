-- One row per visit, with the customer's current version: the lookup by equality alone.
create table fact_visits as
select
    s.visit_id,
    s.customer_id,
    s.happened_at,
    s.amount,
    coalesce(d.customer_key, -1) as customer_key
from staged as s
left join dim_customers as d on s.customer_id = d.customer_id and d.is_current

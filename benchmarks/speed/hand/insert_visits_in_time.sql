-- One row per visit, with the version of its time.
create table fact_visits_in_time as
select
    s.visit_id,
    s.customer_id,
    s.happened_at,
    s.amount,
    coalesce(d.customer_key, -1) as customer_key
from staged as s
left join dim_customers as d
    on
        s.customer_id = d.customer_id
        and s.happened_at >= d.valid_from
        and (d.valid_to is null or s.happened_at < d.valid_to)

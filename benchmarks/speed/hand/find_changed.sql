-- One row per staged customer that is new or differs from its current version.
create temp table changed as
select
    s.customer_id,
    s.name,
    s.city,
    s.status,
    s.score,
    s.balance,
    s.note,
    s.changed_at
from staged as s
left join dim_customers as d on s.customer_id = d.customer_id and d.is_current
where
    d.customer_id is null
    or s.name is distinct from d.name
    or s.city is distinct from d.city
    or s.status is distinct from d.status
    or s.score is distinct from d.score
    or s.balance is distinct from d.balance
    or s.note is distinct from d.note

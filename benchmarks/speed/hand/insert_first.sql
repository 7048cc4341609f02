-- One row per staged customer: its first version.
insert into dim_customers
select
    nextval('customer_keys') as customer_key,
    s.customer_id,
    s.name,
    s.city,
    s.status,
    s.score,
    s.balance,
    s.note,
    s.changed_at as valid_from,
    null as valid_to,
    true as is_current
from staged as s

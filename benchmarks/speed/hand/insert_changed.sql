-- One row per changed customer: its new version.
insert into dim_customers
select
    nextval('customer_keys') as customer_key,
    c.customer_id,
    c.name,
    c.city,
    c.status,
    c.score,
    c.balance,
    c.note,
    c.changed_at as valid_from,
    null as valid_to,
    true as is_current
from changed as c

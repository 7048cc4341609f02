-- One row per staged change, ended by the customer's next one.
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
    lead(s.changed_at) over (partition by s.customer_id order by s.changed_at) as valid_to,
    lead(s.changed_at) over (partition by s.customer_id order by s.changed_at) is null as is_current
from staged as s

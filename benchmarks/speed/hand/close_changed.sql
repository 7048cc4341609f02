-- Ends the current versions of the changed customers.
update dim_customers as d
set
    valid_to = c.changed_at,
    is_current = false
from changed as c
where d.customer_id = c.customer_id and d.is_current

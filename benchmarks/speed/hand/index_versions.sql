-- Versions by customer and time.
create index customer_versions on dim_customers (customer_id, valid_from)

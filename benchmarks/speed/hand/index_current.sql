-- At most one current version a customer.
create unique index current_customers on dim_customers (customer_id) where is_current

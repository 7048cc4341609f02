-- The surrogate keys.
create sequence customer_keys

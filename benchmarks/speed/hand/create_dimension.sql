-- One row per customer and version.
create table dim_customers (
    customer_key bigint not null,
    customer_id bigint not null,
    name text,
    city text,
    status text,
    score integer,
    balance numeric(12, 2),
    note text,
    valid_from timestamp not null,
    valid_to timestamp,
    is_current boolean not null
)

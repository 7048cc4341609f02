create table orders (
    id bigint,
    customer text,
    amount numeric(12, 2),
    weight double precision,
    ordered_on date,
    ordered_at timestamp,
    is_paid boolean,
    note text
)

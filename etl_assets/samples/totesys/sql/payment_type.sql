-- A reason to pay.
create table payment_type (
    payment_type_id integer not null primary key,
    payment_type_name payment_type_enum not null,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

-- A currency that is dealt in.
create table currency (
    currency_id integer not null primary key,
    currency_code text not null,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

-- An address of the company or of one it deals with.
create table address (
    address_id integer not null primary key,
    address_line_1 text not null,
    address_line_2 text,
    district text,
    city text not null,
    postal_code text not null,
    country text not null,
    phone text not null,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

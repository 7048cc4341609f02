-- A company that is sold to or bought from.
create table counterparty (
    counterparty_id integer not null primary key,
    counterparty_legal_name text not null,
    legal_address_id integer not null references address (address_id),
    commercial_contact text,
    delivery_contact text,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

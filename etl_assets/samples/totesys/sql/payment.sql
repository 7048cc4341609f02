-- A payment that is due or, once paid, made; its date is text.
create table payment (
    payment_id integer not null primary key,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null,
    transaction_id integer not null references transaction (transaction_id),
    counterparty_id integer not null references counterparty (counterparty_id),
    payment_amount numeric(10, 2) not null,
    currency_id integer not null references currency (currency_id),
    payment_type_id integer not null references payment_type (payment_type_id),
    paid boolean not null,
    payment_date text not null,
    company_ac_number integer not null,
    counterparty_ac_number integer not null
)

-- An order that is bought; its two dates are text.
create table purchase_order (
    purchase_order_id integer not null primary key,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null,
    staff_id integer not null references staff (staff_id),
    counterparty_id integer not null references counterparty (counterparty_id),
    item_code text not null,
    item_quantity integer not null,
    item_unit_price numeric(10, 2) not null,
    currency_id integer not null references currency (currency_id),
    agreed_delivery_date text not null,
    agreed_payment_date text not null,
    agreed_delivery_location_id integer not null references address (address_id)
)

-- An order that is sold; its two dates are text.
create table sales_order (
    sales_order_id integer not null primary key,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null,
    design_id integer not null references design (design_id),
    staff_id integer not null references staff (staff_id),
    counterparty_id integer not null references counterparty (counterparty_id),
    units_sold integer not null,
    unit_price numeric(10, 2) not null,
    currency_id integer not null references currency (currency_id),
    agreed_delivery_date text not null,
    agreed_payment_date text not null,
    agreed_delivery_location_id integer not null references address (address_id)
)

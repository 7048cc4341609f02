-- Sales orders without a row.
create table sales_order (
    sales_order_id int primary key,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null,
    design_id int not null,
    staff_id int not null,
    counterparty_id int not null,
    units_sold int not null,
    unit_price numeric(10, 2) not null,
    currency_id int not null,
    agreed_delivery_date text not null,
    agreed_payment_date text not null,
    agreed_delivery_location_id int not null
)

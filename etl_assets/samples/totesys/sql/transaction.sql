-- What an order is in the books: a sale or a purchase.
create table transaction (
    transaction_id integer not null primary key,
    transaction_type transaction_type_enum not null,
    sales_order_id integer references sales_order (sales_order_id),
    purchase_order_id integer references purchase_order (purchase_order_id),
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

-- The reasons to pay.
create type payment_type_enum as enum (
    'SALES_RECEIPT', 'SALES_REFUND', 'PURCHASE_PAYMENT', 'PURCHASE_REFUND'
)

-- Finds the entries of a sale; without it each sale that is deleted reads all entries.
create index transaction_sales_order_id on transaction (sales_order_id)

-- Finds the entries of a purchase; without it each purchase that is deleted reads all entries.
create index transaction_purchase_order_id on transaction (purchase_order_id)

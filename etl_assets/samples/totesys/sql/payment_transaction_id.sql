-- Finds the payment of an entry; without it each entry that is deleted reads all payments.
create index payment_transaction_id on payment (transaction_id)

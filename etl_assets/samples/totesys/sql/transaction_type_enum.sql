-- What an order is in the books.
create type transaction_type_enum as enum ('SALE', 'PURCHASE')

-- A hundred differences that no cursor tells, all over the orders' second half, which nothing has changed before: 50
-- rows changed, 25 that are new and old, 25 deleted.
update sales_order set unit_price = unit_price + 1
where sales_order_id > :rows / 2 and sales_order_id % (:rows / 100) = 1;
insert into sales_order
select
    :rows + n as sales_order_id,
    created_at,
    last_updated,
    design_id,
    staff_id,
    counterparty_id,
    units_sold,
    unit_price,
    currency_id,
    agreed_delivery_date,
    agreed_payment_date,
    agreed_delivery_location_id
from sales_order
inner join generate_series(1, 25) as n on sales_order_id = :rows / 2 + n * (:rows / 52);
delete from sales_order
where sales_order_id > :rows / 2 and sales_order_id <= :rows and sales_order_id % (:rows / 50) = 5;

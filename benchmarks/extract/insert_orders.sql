-- So many orders, one every six seconds.
insert into sales_order
select
    n as sales_order_id,
    timestamp '2020-01-01' + n * interval '6 seconds' as created_at,
    timestamp '2020-01-01' + n * interval '6 seconds' as last_updated,
    n % 473 as design_id,
    n % 20 + 1 as staff_id,
    n % 20 + 1 as counterparty_id,
    1000 + n % 90000 as units_sold,
    n % 1009 / 100.0 as unit_price,
    n % 3 + 1 as currency_id,
    to_char(date '2024-01-01' + n % 300, 'YYYY-MM-DD') as agreed_delivery_date,
    to_char(date '2024-01-01' + n % 300, 'YYYY-MM-DD') as agreed_payment_date,
    n % 30 + 1 as agreed_delivery_location_id
from generate_series(1, :rows) as n

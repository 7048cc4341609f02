-- So many orders, changed now.
update sales_order
set
    unit_price = unit_price + 0.01,
    last_updated = now() at time zone 'UTC'
where sales_order_id <= :rows

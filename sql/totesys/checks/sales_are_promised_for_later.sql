-- Current sales that are to be delivered or paid before the day on which they were made.
select
    sales_order_id,
    created_date,
    agreed_delivery_date,
    agreed_payment_date
from totesys_marts.fact_sales_order
where is_current and (agreed_delivery_date < created_date or agreed_payment_date < created_date)

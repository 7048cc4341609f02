-- Current orders and payments, and exchange rates, of a day before 1900 or after 2100, as by a slip of the pen.
with told as (
    select
        'sales order ' || cast(sales_order_id as text) as named_by,
        least(created_date, last_updated_date, agreed_payment_date, agreed_delivery_date) as first_day,
        greatest(created_date, last_updated_date, agreed_payment_date, agreed_delivery_date) as last_day
    from totesys_marts.fact_sales_order
    where is_current
    union all
    select
        'purchase order ' || cast(purchase_order_id as text) as named_by,
        least(created_date, last_updated_date, agreed_payment_date, agreed_delivery_date) as first_day,
        greatest(created_date, last_updated_date, agreed_payment_date, agreed_delivery_date) as last_day
    from totesys_marts.fact_purchase_orders
    where is_current
    union all
    select
        'payment ' || cast(payment_id as text) as named_by,
        least(created_date, last_updated_date, payment_date) as first_day,
        greatest(created_date, last_updated_date, payment_date) as last_day
    from totesys_marts.fact_payment
    where is_current
    union all
    select
        'exchange rate of ' || currency_code as named_by,
        rate_date as first_day,
        rate_date as last_day
    from totesys_marts.fact_exchange_rates
)
select
    named_by,
    first_day,
    last_day
from told
where first_day < date '1900-01-01' or last_day > date '2100-12-31'

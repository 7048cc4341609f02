-- Days that an order, a payment or an exchange rate names and dim_date does not have.
with named as (
    select created_date as day from totesys_marts.fact_sales_order
    union
    select last_updated_date as day from totesys_marts.fact_sales_order
    union
    select agreed_payment_date as day from totesys_marts.fact_sales_order
    union
    select agreed_delivery_date as day from totesys_marts.fact_sales_order
    union
    select created_date as day from totesys_marts.fact_purchase_orders
    union
    select last_updated_date as day from totesys_marts.fact_purchase_orders
    union
    select agreed_payment_date as day from totesys_marts.fact_purchase_orders
    union
    select agreed_delivery_date as day from totesys_marts.fact_purchase_orders
    union
    select created_date as day from totesys_marts.fact_payment
    union
    select last_updated_date as day from totesys_marts.fact_payment
    union
    select payment_date as day from totesys_marts.fact_payment
    union
    select rate_date as day from totesys_marts.fact_exchange_rates
)
select n.day
from named as n
left join totesys_marts.dim_date as d on d.date_id = n.day
where d.date_id is null

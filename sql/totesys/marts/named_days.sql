-- One row per day that an order, a payment or an exchange rate names, in any version.
-- Grain: date_id.
select date_id -- The day.
from (
    select created_date as date_id from totesys_marts.fact_sales_order
    union
    select last_updated_date as date_id from totesys_marts.fact_sales_order
    union
    select agreed_payment_date as date_id from totesys_marts.fact_sales_order
    union
    select agreed_delivery_date as date_id from totesys_marts.fact_sales_order
    union
    select created_date as date_id from totesys_marts.fact_purchase_orders
    union
    select last_updated_date as date_id from totesys_marts.fact_purchase_orders
    union
    select agreed_payment_date as date_id from totesys_marts.fact_purchase_orders
    union
    select agreed_delivery_date as date_id from totesys_marts.fact_purchase_orders
    union
    select created_date as date_id from totesys_marts.fact_payment
    union
    select last_updated_date as date_id from totesys_marts.fact_payment
    union
    select payment_date as date_id from totesys_marts.fact_payment
    union
    select rate_date as date_id from totesys_marts.fact_exchange_rates
) as named

-- Are orders paid before they are delivered? One row per month in which delivery is promised, and currency.
-- Grain: year, month, currency_code.
with receipts as (
    select
        t.sales_order_id,
        min(case when p.paid then 1 else 0 end) as is_paid,
        max(p.payment_date) as payment_date
    from totesys_marts.fact_payment as p
    inner join totesys_marts.dim_transaction as t on t.transaction_id = p.transaction_id
    inner join totesys_marts.dim_payment_type as k on k.payment_type_id = p.payment_type_id
    where p.is_current and k.payment_type_name = 'SALES_RECEIPT' and t.sales_order_id is not null
    group by t.sales_order_id
), promised as (
    select
        s.agreed_delivery_date,
        s.currency_code,
        s.amount,
        coalesce(r.is_paid, 0) as is_paid,
        case when r.payment_date > s.agreed_delivery_date then 1 else 0 end as is_due_later,
        hours_between(cast(s.agreed_delivery_date as timestamp), cast(r.payment_date as timestamp))
        / 24.0 as days_to_payment
    from totesys_marts.current_sales as s
    left join receipts as r on r.sales_order_id = s.sales_order_id
)
select
    d.year,
    d.month, -- From 1, the month in which delivery is promised.
    p.currency_code,
    count(*) as sales, -- How many orders are promised.
    cast(sum(p.is_paid) as bigint) as paid_sales, -- Those of them that are paid.
    cast(sum(p.is_due_later) as bigint) as sales_due_after_delivery, -- Those that are paid for after their delivery.
    cast(sum(p.amount) as numeric(20, 2)) as amount, -- What all of them come to.
    cast(sum(case when p.is_paid = 1 then p.amount else 0 end) as numeric(20, 2)) as paid_amount, -- What is paid of it.
    exact_mean(p.days_to_payment) as mean_days_to_payment -- From the promised day on; below 0 before it.
from promised as p
inner join totesys_marts.dim_date as d on d.date_id = p.agreed_delivery_date
group by d.year, d.month, p.currency_code
order by d.year, d.month, p.currency_code

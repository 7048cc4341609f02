-- One row per sales order as it is now, with its amount in its own currency and in pounds.
-- It is converted with the rate of the day on which it was made, else with the last one known then.
-- Grain: sales_order_id.
with sold as (
    select
        f.sales_order_id,
        f.created_date,
        f.sales_staff_id,
        f.counterparty_id,
        f.design_id,
        f.agreed_payment_date,
        f.agreed_delivery_date,
        f.agreed_delivery_location_id,
        f.units_sold,
        m.currency_code,
        m.currency_name,
        cast(f.units_sold * f.unit_price as numeric(18, 2)) as amount
    from totesys_marts.fact_sales_order as f
    left join totesys_marts.dim_currency as m on m.currency_id = f.currency_id
    where f.is_current
)
select
    s.sales_order_id,
    s.created_date,
    s.sales_staff_id,
    s.counterparty_id,
    s.design_id,
    s.agreed_payment_date,
    s.agreed_delivery_date,
    s.agreed_delivery_location_id,
    s.units_sold,
    s.currency_code,
    s.currency_name,
    s.amount, -- Units by price, in its own currency.
    cast(
        cast(
            floor(cast(cast(s.amount * 100 as bigint) as double precision) / cast(r.rate as double precision) + 0.5)
            as bigint
        ) * 0.01 as numeric(18, 2)
    ) as amount_gbp, -- The same in pounds, to the nearest penny; NULL where no rate was known.
    r.rate_date, -- The day that the rate is of.
    case
        when r.date_id is null then 'none'
        when r.is_of_the_day then 'of the day'
        else 'last known'
    end as rate_kind, -- Which rate that is: `of the day`, `last known` or `none`.
    case when r.date_id is not null and not r.is_of_the_day then 1 else 0 end as at_last_known_rate, -- 1 for one.
    case when r.date_id is null then 1 else 0 end as without_rate -- 1 where no rate was known.
from sold as s
left join totesys_marts.rates_by_day as r on r.date_id = s.created_date and r.currency_code = s.currency_code

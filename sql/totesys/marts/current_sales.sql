-- One row per sales order as it is now, with its amount in its own currency and in pounds.
-- It is converted with the rate of the day on which it was made, else with the last one known then.
-- Grain: sales_order_id.
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
    cast(f.units_sold * f.unit_price as numeric(18, 2)) as amount, -- Units by price, in its own currency.
    cast(
        round(cast(f.units_sold * f.unit_price as numeric(18, 2)) * r.pounds_per_unit, 2) as numeric(18, 2)
    ) as amount_gbp, -- The same in pounds; NULL where no rate was known.
    r.rate_date, -- The day that the rate is of.
    case
        when r.date_id is null then 'none'
        when r.is_of_the_day then 'of the day'
        else 'last known'
    end as rate_is -- Which rate that is: `of the day`, `last known` or `none`.
from totesys_marts.fact_sales_order as f
left join totesys_marts.dim_currency as m on m.currency_id = f.currency_id
left join totesys_marts.rates_by_day as r on r.date_id = f.created_date and r.currency_code = m.currency_code
where f.is_current

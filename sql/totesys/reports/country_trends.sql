-- How do countries do, month by month: what share, which place, better than before? The example of a dashboard's query.
-- One row per month and country of delivery, in pounds.
-- Grain: year, month, country.
with sold as (
    select
        d.year,
        d.month,
        l.country,
        s.sales_order_id,
        s.design_id,
        s.units_sold,
        s.amount_gbp,
        s.at_last_known_rate + s.without_rate as not_at_rate_of_day
    from totesys_marts.current_sales as s
    inner join totesys_marts.dim_date as d on d.date_id = s.created_date
    left join totesys_marts.dim_location as l on l.location_id = s.agreed_delivery_location_id
), by_design as (
    select
        w.year,
        w.month,
        w.country,
        w.design_id,
        row_number() over (
            partition by w.year, w.month, w.country
            order by sum(w.units_sold) desc, w.design_id
        ) as place
    from sold as w
    group by w.year, w.month, w.country, w.design_id
), by_month as (
    select
        year,
        month,
        country,
        count(*) as sales,
        cast(coalesce(sum(amount_gbp), 0) as numeric(20, 2)) as amount_gbp,
        cast(sum(not_at_rate_of_day) as bigint) as sales_not_at_rate_of_day
    from sold
    group by year, month, country
), compared as (
    select
        m.year,
        m.month,
        m.country,
        m.sales,
        m.amount_gbp,
        m.sales_not_at_rate_of_day,
        sum(m.amount_gbp) over (partition by m.year, m.month) as amount_of_all,
        rank() over (partition by m.year, m.month order by m.amount_gbp desc) as place,
        lag(m.amount_gbp) over (partition by m.country order by m.year, m.month) as amount_before,
        sum(m.amount_gbp) over (
            partition by m.country, m.year
            order by m.month
            rows between unbounded preceding and current row
        ) as amount_of_year
    from by_month as m
)
select
    c.year,
    c.month,
    c.country,
    c.place, -- Among the countries of the month, by pounds.
    c.sales, -- How many orders.
    c.amount_gbp, -- What they come to, of the orders that a rate is known for.
    cast(c.amount_gbp as double precision)
    / nullif(cast(c.amount_of_all as double precision), 0.0) as share, -- Of all countries' in the month; 0 to 1.
    cast(c.amount_gbp - c.amount_before as numeric(20, 2)) as change, -- Since its last month with a sale.
    cast(c.amount_of_year as numeric(20, 2)) as amount_of_year, -- From January up to this month.
    g.design_name as best_design, -- The design of which most pieces were sold.
    c.sales_not_at_rate_of_day -- Orders that were converted by an older rate, or by none.
from compared as c
inner join by_design as b
    on b.year = c.year and b.month = c.month and b.country is not distinct from c.country and b.place = 1
left join totesys_marts.dim_design as g on g.design_id = b.design_id
order by c.year, c.month, c.place, c.country

-- Which designs are a designer's best sellers? The ten of each year with the most pieces sold; of as many, all.
-- Grain: year, design_id.
with sold as (
    select
        d.year,
        s.design_id,
        g.design_name,
        g.file_name,
        count(*) as sales,
        cast(sum(s.units_sold) as bigint) as units,
        cast(sum(s.amount_gbp) as numeric(20, 2)) as amount_gbp,
        cast(sum(s.at_last_known_rate + s.without_rate) as bigint) as sales_not_at_rate_of_day
    from totesys_marts.current_sales as s
    inner join totesys_marts.dim_date as d on d.date_id = s.created_date
    left join totesys_marts.dim_design as g on g.design_id = s.design_id
    group by d.year, s.design_id, g.design_name, g.file_name
), ranked as (
    select
        year,
        design_id,
        design_name,
        file_name,
        sales,
        units,
        amount_gbp,
        sales_not_at_rate_of_day,
        rank() over (partition by year order by units desc) as place
    from sold
)
select
    year,
    place, -- From 1; designs that sold as many pieces share a place.
    design_id,
    design_name,
    file_name,
    sales, -- How many orders.
    units, -- How many pieces.
    amount_gbp, -- What they come to in pounds, of the orders that a rate is known for.
    sales_not_at_rate_of_day -- Orders that were converted by an older rate, or by none.
from ranked
where place <= 10
order by year, place, design_id

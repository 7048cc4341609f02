-- Days of the business's own calendar that ours does not have, or has otherwise. Its weeks begin on Sundays and are not
-- ISO's, so they are not compared.
select
    b.id,
    b.date,
    d.date as our_date
from support_staging.calendar as b
left join support_marts.dim_calendar as d on d.date_id = b.id
where
    b.id <> -1
    and (
        d.date_id is null
        or d.date <> b.date
        or d.day_of_month <> b.day_of_month
        or d.month <> b.month
        or d.month_name <> b.month_name
        or d.month_abbr <> b.month_abbr
        or d.quarter <> case b.quarter when 'Q1' then 1 when 'Q2' then 2 when 'Q3' then 3 when 'Q4' then 4 else 0 end
        or d.year <> b.year
        or d.day_of_week <> b.day_of_week
        or d.day_name <> b.day_name
        or d.day_abbr <> b.day_abbr
    )

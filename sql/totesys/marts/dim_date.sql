-- One row per day of every year from the first to the last that an order, a payment or an exchange rate names. A year
-- that is named and not of 1900 to 2100, as by a slip of the pen, is there too, and those between are not.
-- Grain: date_id.
with digits as (
    select d.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as d (digit)
), months as (
    select
        m.month,
        m.month_text,
        m.month_name,
        m.length,
        m.days_before
    from (
        values
        (1, '-01-', 'January', 31, 0),
        (2, '-02-', 'February', 28, 31),
        (3, '-03-', 'March', 31, 59),
        (4, '-04-', 'April', 30, 90),
        (5, '-05-', 'May', 31, 120),
        (6, '-06-', 'June', 30, 151),
        (7, '-07-', 'July', 31, 181),
        (8, '-08-', 'August', 31, 212),
        (9, '-09-', 'September', 30, 243),
        (10, '-10-', 'October', 31, 273),
        (11, '-11-', 'November', 30, 304),
        (12, '-12-', 'December', 31, 334)
    ) as m (month, month_text, month_name, length, days_before)
), weekdays as (
    select
        w.day_of_week,
        w.day_name
    from (
        values
        (1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday'), (7, 'Sunday')
    ) as w (day_of_week, day_name)
), named_years as (
    select cast(extract(year from date_id) as integer) as year
    from totesys_marts.named_days
    group by cast(extract(year from date_id) as integer)
), whole as (
    select
        min(year) as first_year,
        max(year) as last_year
    from named_years
    where year between 1900 and 2100
), numbered_years as (
    select
        thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit as year,
        cast(thousands.digit as text)
        || cast(hundreds.digit as text)
        || cast(tens.digit as text)
        || cast(ones.digit as text) as year_text
    from digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones
), years as (
    select
        y.year,
        y.year_text,
        case when y.year % 4 = 0 and (y.year % 100 <> 0 or y.year % 400 = 0) then 1 else 0 end as leap_days,
        cast(
            365 * (y.year - 1) + floor((y.year - 1) / 4.0) - floor((y.year - 1) / 100.0) + floor((y.year - 1) / 400.0)
            as integer
        ) as days_before
    from numbered_years as y
    cross join whole as w
    left join named_years as n on n.year = y.year
    where n.year is not null or y.year between w.first_year and w.last_year
), days as (
    select
        y.year,
        m.month,
        m.month_name,
        tens.digit * 10 + ones.digit as day,
        y.days_before
        + m.days_before
        + case when m.month > 2 then y.leap_days else 0 end
        + tens.digit * 10
        + ones.digit as day_number,
        y.year_text || m.month_text || cast(tens.digit as text) || cast(ones.digit as text) as date_text
    from years as y
    cross join months as m
    cross join digits as tens
    cross join digits as ones
    where
        tens.digit * 10 + ones.digit between 1
        and m.length + case when m.month = 2 then y.leap_days else 0 end
)
select
    cast(d.date_text as date) as date_id, -- The day.
    d.year, -- With four digits.
    d.month, -- From 1.
    d.day, -- Of the month, from 1.
    w.day_of_week, -- Monday is 1.
    w.day_name, -- In English.
    d.month_name, -- In English.
    cast(floor((d.month + 2) / 3.0) as integer) as quarter -- 1 to 4.
from days as d
inner join weekdays as w on w.day_of_week = (d.day_number - 1) % 7 + 1

-- One row per day of every year from the first to the last that an order, a payment or an exchange rate names.
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
), spans as (
    select
        least(
            min(created_date), min(last_updated_date), min(agreed_payment_date), min(agreed_delivery_date)
        ) as first_date,
        greatest(
            max(created_date), max(last_updated_date), max(agreed_payment_date), max(agreed_delivery_date)
        ) as last_date
    from totesys_marts.fact_sales_order
    union all
    select
        least(
            min(created_date), min(last_updated_date), min(agreed_payment_date), min(agreed_delivery_date)
        ) as first_date,
        greatest(
            max(created_date), max(last_updated_date), max(agreed_payment_date), max(agreed_delivery_date)
        ) as last_date
    from totesys_marts.fact_purchase_orders
    union all
    select
        least(min(created_date), min(last_updated_date), min(payment_date)) as first_date,
        greatest(max(created_date), max(last_updated_date), max(payment_date)) as last_date
    from totesys_marts.fact_payment
    union all
    select
        min(rate_date) as first_date,
        max(rate_date) as last_date
    from totesys_marts.fact_exchange_rates
), whole as (
    select
        cast(extract(year from min(first_date)) as integer) as first_year,
        cast(extract(year from max(last_date)) as integer) as last_year
    from spans
), numbered_years as (
    select
        s.first_year + thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit as year,
        s.last_year
    from whole as s
    cross join digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones
), years as (
    select
        year,
        cast(year as text) as year_text,
        case when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 1 else 0 end as leap_days,
        cast(
            365 * (year - 1) + floor((year - 1) / 4.0) - floor((year - 1) / 100.0) + floor((year - 1) / 400.0)
            as integer
        ) as days_before
    from numbered_years
    where year <= last_year
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

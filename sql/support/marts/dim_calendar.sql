-- One row per day of 2010 to 2020 and of every year that a case touches, and -1 for a time that is not known.
-- Weeks are ISO's. A fiscal year is the calendar year until company_days says where another one begins.
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
), case_moments as (
    select
        c.cid,
        min(c.created_at) as created_at,
        min(case when l.event = 'Assigned to analyst' then l.happened_at end) as assigned_at,
        min(case when l.event = 'Response' then l.happened_at end) as response_at,
        max(case when l.event = 'Close' then l.happened_at end) as resolved_at
    from support_staging.cases as c
    left join support_staging.logs as l on l.cid = c.cid
    group by c.cid
), touched as (
    select m.moment
    from (values (timestamp '2010-01-01 00:00:00'), (timestamp '2020-12-31 00:00:00')) as m (moment)
    union all
    select created_at as moment from case_moments
    union all
    select assigned_at as moment from case_moments
    union all
    select response_at as moment from case_moments
    union all
    select resolved_at as moment from case_moments
), span as (
    select
        cast(extract(year from min(moment)) as integer) as first_year,
        cast(extract(year from max(moment)) as integer) as last_year
    from touched
), numbered_years as (
    select
        s.first_year + thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit as year,
        s.last_year
    from span as s
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
        y.leap_days,
        y.days_before,
        m.month,
        m.month_name,
        tens.digit * 10 + ones.digit as day_of_month,
        m.days_before + case when m.month > 2 then y.leap_days else 0 end + tens.digit * 10 + ones.digit as day_of_year,
        y.year_text || m.month_text || cast(tens.digit as text) || cast(ones.digit as text) as date_text
    from years as y
    cross join months as m
    cross join digits as tens
    cross join digits as ones
    where
        tens.digit * 10 + ones.digit between 1
        and m.length + case when m.month = 2 then y.leap_days else 0 end
), weekly as (
    select
        d.year,
        d.leap_days,
        d.month,
        d.month_name,
        d.day_of_month,
        cast(d.date_text as date) as date,
        w.day_of_week,
        w.day_name,
        d.day_of_year - w.day_of_week + 4 as thursday
    from days as d
    inner join weekdays as w on w.day_of_week = (d.days_before + d.day_of_year - 1) % 7 + 1
), marked as (
    select
        c.date,
        c.holiday_name,
        c.begins_fiscal_year,
        c.op,
        row_number() over (partition by c.date order by c.effective_at desc, c.sequence desc) as recency
    from support_staging.company_days as c
), fiscal_years as (
    select
        date as first_day,
        begins_fiscal_year as fiscal_year,
        lead(date) over (order by date) as next_first_day
    from marked
    where recency = 1 and op <> 'D' and begins_fiscal_year is not null
)
select
    w.year * 10000 + w.month * 100 + w.day_of_month as date_id, -- The day as YYYYMMDD; -1 for no day.
    w.date, -- The day.
    w.day_of_month, -- From 1.
    w.month, -- From 1.
    w.month_name, -- In English.
    substr(w.month_name, 1, 3) as month_abbr, -- Its first three letters.
    cast(floor((w.month + 2) / 3.0) as integer) as quarter, -- 1 to 4.
    w.year, -- With four digits.
    cast(coalesce(f.fiscal_year, w.year) as integer) as fiscal_year, -- As company_days says; else the calendar year.
    w.day_of_week, -- Monday is 1.
    w.day_name, -- In English.
    substr(w.day_name, 1, 3) as day_abbr, -- Its first three letters.
    case
        when w.thursday > 365 + w.leap_days then 1
        when w.thursday >= 1 then cast(floor((w.thursday + 6) / 7.0) as integer)
        when (w.year - 1) % 4 = 0 and ((w.year - 1) % 100 <> 0 or (w.year - 1) % 400 = 0)
            then cast(floor((w.thursday + 372) / 7.0) as integer)
        else cast(floor((w.thursday + 371) / 7.0) as integer)
    end as iso_week, -- 1 to 53.
    h.holiday_name is not null as is_holiday, -- Whether company_days has a holiday then.
    h.holiday_name
from weekly as w
left join fiscal_years as f
    on f.first_day <= w.date and (f.next_first_day is null or f.next_first_day > w.date)
left join marked as h on h.date = w.date and h.recency = 1 and h.op <> 'D'
union all
select
    -1 as date_id,
    cast(null as date) as date,
    cast(null as integer) as day_of_month,
    cast(null as integer) as month,
    cast(null as text) as month_name,
    cast(null as text) as month_abbr,
    cast(null as integer) as quarter,
    cast(null as integer) as year,
    cast(null as integer) as fiscal_year,
    cast(null as integer) as day_of_week,
    cast(null as text) as day_name,
    cast(null as text) as day_abbr,
    cast(null as integer) as iso_week,
    false as is_holiday,
    cast(null as text) as holiday_name

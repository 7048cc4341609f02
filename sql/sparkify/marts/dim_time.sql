-- One row per moment of 1970 to 9998 at which anything happened in the application, in UTC. Weeks are ISO's.
-- The day is counted from 1970-01-01 and turned into a date of the Gregorian calendar by whole numbers, as every engine
-- has them; years begin in March until the end, so that a leap day is the last one.
-- Grain: time_id.
with weekdays as (
    select
        w.day_of_week,
        w.day_name
    from (
        values
        (1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday'), (7, 'Sunday')
    ) as w (day_of_week, day_name)
), moments as (
    select ts as time_id
    from sparkify_staging.log_events
    where ts between 0 and 253370764799999
    group by ts
), numbered as (
    select
        time_id,
        cast(floor(time_id / 86400000.0) as integer) + 719468 as days -- Since the first of March of the year 0.
    from moments
), eras as (
    select
        time_id,
        days,
        cast(floor(days / 146097.0) as integer) as era, -- Of 400 years.
        days - cast(floor(days / 146097.0) as integer) * 146097 as day_of_era
    from numbered
), years as (
    select
        time_id,
        days,
        era,
        day_of_era,
        cast(floor(
            (
                day_of_era
                - floor(day_of_era / 1460.0)
                + floor(day_of_era / 36524.0)
                - floor(day_of_era / 146096.0)
            ) / 365.0
        ) as integer) as year_of_era
    from eras
), days_of_years as (
    select
        time_id,
        days,
        era * 400 + year_of_era as march_year,
        day_of_era - cast(
            365 * year_of_era + floor(year_of_era / 4.0) - floor(year_of_era / 100.0) as integer
        ) as day_of_march_year
    from years
), months as (
    select
        time_id,
        days,
        march_year,
        day_of_march_year,
        cast(floor((5 * day_of_march_year + 2) / 153.0) as integer) as march_month
    from days_of_years
), dates as (
    select
        time_id,
        days,
        march_year + case when march_month < 10 then 0 else 1 end as year,
        case when march_month < 10 then march_month + 3 else march_month - 9 end as month,
        day_of_march_year - cast(floor((153 * march_month + 2) / 5.0) as integer) + 1 as day,
        (days + 2) % 7 + 1 as day_of_week,
        time_id - cast(days - 719468 as bigint) * 86400000 as milliseconds
    from months
), weekly as (
    select
        time_id,
        year,
        month,
        day,
        day_of_week,
        cast(floor(milliseconds / 3600000.0) as integer) as hour,
        cast(floor(milliseconds / 60000.0) as integer) % 60 as minute,
        cast(floor(milliseconds / 1000.0) as integer) % 60 as second,
        milliseconds % 1000 as millisecond,
        case when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 1 else 0 end as leap_days,
        days - 305 - day_of_week + 4
        - cast(
            365 * (year - 1) + floor((year - 1) / 4.0) - floor((year - 1) / 100.0) + floor((year - 1) / 400.0)
            as integer
        ) as thursday -- The day of the year that the week's Thursday is.
    from dates
)
select
    w.time_id, -- Milliseconds since 1970-01-01, UTC.
    cast(
        right('000' || cast(w.year as text), 4)
        || '-' || right('0' || cast(w.month as text), 2)
        || '-' || right('0' || cast(w.day as text), 2)
        || ' ' || right('0' || cast(w.hour as text), 2)
        || ':' || right('0' || cast(w.minute as text), 2)
        || ':' || right('0' || cast(w.second as text), 2)
        || '.' || right('00' || cast(w.millisecond as text), 3)
        as timestamp
    ) as at, -- The moment itself.
    w.hour, -- 0 to 23.
    w.day, -- Of the month, from 1.
    case
        when w.thursday > 365 + w.leap_days then 1
        when w.thursday >= 1 then cast(floor((w.thursday + 6) / 7.0) as integer)
        when (w.year - 1) % 4 = 0 and ((w.year - 1) % 100 <> 0 or (w.year - 1) % 400 = 0)
            then cast(floor((w.thursday + 372) / 7.0) as integer)
        else cast(floor((w.thursday + 371) / 7.0) as integer)
    end as iso_week, -- 1 to 53.
    w.month, -- From 1.
    w.year, -- With four digits.
    w.day_of_week, -- Monday is 1.
    n.day_name -- In English.
from weekly as w
inner join weekdays as n on n.day_of_week = w.day_of_week

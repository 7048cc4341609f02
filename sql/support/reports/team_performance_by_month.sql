-- One row per month of creation, team and priority: how soon cases were assigned, against what is promised.
-- The median and the 90th percentile are the least hours within which 50 or 90 % of the cases were assigned.
-- Grain: year, month, team, priority.
with assigned as (
    select
        d.year,
        d.month,
        a.team,
        f.priority,
        p.assign_sla_hours,
        f.hours_to_assign,
        row_number() over (
            partition by d.year, d.month, a.team, f.priority
            order by f.hours_to_assign
        ) as place,
        count(*) over (partition by d.year, d.month, a.team, f.priority) as cases
    from support_marts.fact_cases as f
    inner join support_marts.dim_analysts as a on a.analyst_key = f.analyst_key
    inner join support_marts.dim_priorities as p on p.priority_key = f.priority_key
    inner join support_marts.dim_calendar as d on d.date_id = f.created_date_id
    where f.assigned_at is not null and a.team is not null
)
select
    year, -- In which the cases were created.
    month, -- From 1.
    team,
    priority,
    count(*) as cases, -- How many were assigned.
    max(assign_sla_hours) as assign_sla_hours,
    exact_mean(hours_to_assign) as mean_hours_to_assign, -- The mean of the hours to the assignment.
    cast(sum(case when hours_to_assign <= assign_sla_hours then 1 else 0 end) as double precision)
    / nullif(cast(count(assign_sla_hours) as double precision), 0.0) as share_within_sla, -- Of them, in time; 0 to 1.
    min(case when place * 2 >= cases then hours_to_assign end) as median_hours_to_assign, -- Half took no longer.
    min(case when place * 10 >= cases * 9 then hours_to_assign end) as p90_hours_to_assign -- 90 % took no longer.
from assigned
group by year, month, team, priority
order by year, month, team, priority

-- One row per team: the mean hours from a case's creation to its assignment, by priority. The first row, SLA, has the
-- hours that are promised. Counted are the cases created after 2010-01-01 that have been assigned.
-- Grain: team.
with performance as (
    select
        0 as place,
        'SLA' as team,
        max(case when priority = 1 then cast(assign_sla_hours as double precision) end) as priority_1,
        max(case when priority = 2 then cast(assign_sla_hours as double precision) end) as priority_2,
        max(case when priority = 3 then cast(assign_sla_hours as double precision) end) as priority_3
    from support_marts.dim_priorities
    where is_current
    union all
    select
        1 as place,
        a.team,
        exact_mean(case when f.priority = 1 then f.hours_to_assign end) as priority_1,
        exact_mean(case when f.priority = 2 then f.hours_to_assign end) as priority_2,
        exact_mean(case when f.priority = 3 then f.hours_to_assign end) as priority_3
    from support_marts.fact_cases as f
    inner join support_marts.dim_analysts as a on a.analyst_key = f.analyst_key
    where
        f.assigned_at is not null
        and f.created_at > timestamp '2010-01-01 00:00:00'
        and a.team is not null
    group by a.team
)
select
    team,
    priority_1, -- Mean hours to the assignment of cases of priority 1.
    priority_2, -- The same for priority 2.
    priority_3 -- The same for priority 3.
from performance
order by place, team

-- One row per support case: when it was created, assigned, answered and resolved, and who had it.
-- Grain: cid.
with case_events as (
    select
        cid,
        min(case when event = 'Assigned to analyst' then happened_at end) as assigned_at,
        min(case when event = 'Response' then happened_at end) as response_at,
        max(case when event = 'Close' then happened_at end) as resolved_at
    from support_staging.logs
    group by cid
), moments as (
    select
        c.cid,
        c.aid,
        c.pid,
        c.priority,
        c.created_at,
        e.assigned_at,
        e.response_at,
        e.resolved_at
    from support_staging.cases as c
    left join case_events as e on e.cid = c.cid
)
select
    cid,
    aid,
    pid,
    priority,
    cast(
        extract(year from created_at) * 10000 + extract(month from created_at) * 100 + extract(day from created_at)
        as integer
    ) as created_date_id, -- The day of created_at in dim_calendar.
    coalesce(cast(
        extract(year from assigned_at) * 10000 + extract(month from assigned_at) * 100 + extract(day from assigned_at)
        as integer
    ), -1) as assigned_date_id, -- The day of assigned_at; -1 when it was not.
    coalesce(cast(
        extract(year from response_at) * 10000 + extract(month from response_at) * 100 + extract(day from response_at)
        as integer
    ), -1) as response_date_id, -- The day of response_at; -1 when there was none.
    coalesce(cast(
        extract(year from resolved_at) * 10000 + extract(month from resolved_at) * 100 + extract(day from resolved_at)
        as integer
    ), -1) as resolved_date_id, -- The day of resolved_at; -1 when it was not.
    created_at,
    assigned_at, -- When it was first assigned to an analyst; NULL when it was not.
    response_at, -- When it was first answered; NULL when it was not.
    resolved_at, -- When it was last closed; NULL when it was not.
    hours_between(created_at, assigned_at) as hours_to_assign, -- From its creation to its first assignment.
    hours_between(created_at, response_at) as hours_to_response, -- From its creation to the first answer.
    hours_between(created_at, resolved_at) as hours_to_resolve -- From its creation to its last closing.
from moments

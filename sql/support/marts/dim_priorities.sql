-- One row per priority: its name and the hours within which a case is assigned, answered, resolved.
-- Here is what was seen of each priority at a time; its latest values stand.
-- Grain: priority.
select
    priority,
    name,
    assign_sla_hours,
    response_sla_hours,
    resolve_sla_hours,
    effective_at,
    sequence,
    op
from support_staging.priorities

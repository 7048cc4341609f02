-- What was seen of a priority at a time: its name and the hours within which a case is assigned, answered, resolved.
-- Grain: priority, effective_at, sequence.
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

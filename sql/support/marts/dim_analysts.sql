-- What was seen of an analyst at a time: the team and the skills that held from then on, and the name.
-- Grain: aid, effective_at, sequence.
select
    aid,
    name,
    team,
    skills,
    effective_at,
    sequence,
    op
from support_staging.analysts

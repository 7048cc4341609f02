-- One row per version of an analyst: the team and the skills held from valid_from to valid_to, and the latest name.
-- Here is what was seen of each analyst at a time; the versions follow from it.
-- Grain: aid, valid_from.
select
    aid,
    name,
    team,
    skills,
    effective_at,
    sequence,
    op
from support_staging.analysts

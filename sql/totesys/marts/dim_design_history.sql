-- One row per version of a design, from valid_from to valid_to.
-- Grain: design_id, valid_from.
select
    design_id,
    design_name,
    file_location,
    file_name,
    effective_at,
    sequence,
    op
from totesys_staging.design

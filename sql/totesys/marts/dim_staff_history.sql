-- One row per version of a member of staff and the department, from valid_from to valid_to. A department that moves or
-- is renamed gives its people a version, though their own rows did not change.
-- Grain: staff_id, valid_from.
select
    staff_id,
    first_name,
    last_name,
    email_address,
    department_id,
    effective_at,
    sequence,
    op
from totesys_staging.staff

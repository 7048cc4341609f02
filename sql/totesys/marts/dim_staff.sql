-- One row per member of staff: as it is now or, where the source has it no more, as it was last.
-- Grain: staff_id.
with versions as (
    select
        staff_id,
        first_name,
        last_name,
        department_name,
        location,
        email_address,
        row_number() over (partition by staff_id order by valid_from desc) as recency
    from totesys_marts.dim_staff_history
    where staff_id is not null
)
select
    staff_id,
    first_name,
    last_name,
    department_name, -- What the department is called.
    location, -- Where the department works.
    email_address
from versions
where recency = 1

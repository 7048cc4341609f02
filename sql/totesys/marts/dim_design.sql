-- One row per design: as it is now or, where the source has it no more, as it was last.
-- Grain: design_id.
with told as (
    select
        design_id,
        design_name,
        file_location,
        file_name,
        row_number() over (partition by design_id order by effective_at desc, sequence desc) as recency
    from totesys_staging.design
    where op <> 'D'
)
select
    design_id,
    design_name,
    file_location,
    file_name
from told
where recency = 1

-- One row per reason to pay: as it is now or, where the source has it no more, as it was last.
-- Grain: payment_type_id.
with versions as (
    select
        payment_type_id,
        payment_type_name,
        row_number() over (partition by payment_type_id order by valid_from desc) as recency
    from totesys_marts.dim_payment_type_history
    where payment_type_id is not null
)
select
    payment_type_id,
    payment_type_name
from versions
where recency = 1

-- One row per currency that is dealt in, with its name: as it is now or, where the source has it no more, as it was
-- last.
-- Grain: currency_id.
with versions as (
    select
        currency_id,
        currency_code,
        row_number() over (partition by currency_id order by valid_from desc) as recency
    from totesys_marts.dim_currency_history
    where currency_id is not null
)
select
    v.currency_id,
    v.currency_code,
    i.currency_name
from versions as v
left join totesys_marts.iso_currencies as i on i.currency_code = v.currency_code
where v.recency = 1

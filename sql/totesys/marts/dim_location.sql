-- One row per address, be it delivered to or a company's seat: as it is now or, where the source has it no more, as it
-- was last.
-- Grain: location_id.
with versions as (
    select
        location_id,
        address_line_1,
        address_line_2,
        district,
        city,
        postal_code,
        country,
        phone,
        row_number() over (partition by location_id order by valid_from desc) as recency
    from totesys_marts.dim_location_history
    where location_id is not null
)
select
    location_id,
    address_line_1,
    address_line_2,
    district,
    city,
    postal_code,
    country,
    phone
from versions
where recency = 1

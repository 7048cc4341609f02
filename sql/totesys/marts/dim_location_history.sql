-- One row per version of an address, from valid_from to valid_to.
-- Grain: location_id, valid_from.
select
    address_id as location_id, -- The address's number in the source.
    address_line_1,
    address_line_2,
    district,
    city,
    postal_code,
    country,
    phone,
    effective_at,
    sequence,
    op
from totesys_staging.address

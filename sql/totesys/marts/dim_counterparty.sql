-- One row per counterparty: as it is now or, where the source has it no more, as it was last.
-- Grain: counterparty_id.
with versions as (
    select
        counterparty_id,
        counterparty_legal_name,
        counterparty_legal_address_line_1,
        counterparty_legal_address_line_2,
        counterparty_legal_district,
        counterparty_legal_city,
        counterparty_legal_postal_code,
        counterparty_legal_country,
        counterparty_legal_phone_number,
        row_number() over (partition by counterparty_id order by valid_from desc) as recency
    from totesys_marts.dim_counterparty_history
    where counterparty_id is not null
)
select
    counterparty_id,
    counterparty_legal_name,
    counterparty_legal_address_line_1, -- House and street of its seat.
    counterparty_legal_address_line_2, -- What more there is to say of the street.
    counterparty_legal_district, -- The county or district of its seat.
    counterparty_legal_city, -- The city of its seat.
    counterparty_legal_postal_code, -- The postal code of its seat.
    counterparty_legal_country, -- The country of its seat.
    counterparty_legal_phone_number -- The telephone number at its seat.
from versions
where recency = 1

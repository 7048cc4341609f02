-- Currencies whose code ISO 4217 does not have.
select
    currency_id,
    currency_code
from totesys_marts.dim_currency
where currency_name is null

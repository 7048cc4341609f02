-- Currencies whose code the source has given to more than one number: who joins by the code counts rows more than once.
with numbers as (
    select
        currency_id,
        currency_code,
        count(*) over (partition by currency_code) as numbers_of_code
    from totesys_marts.dim_currency
)
select
    currency_id,
    currency_code
from numbers
where numbers_of_code > 1

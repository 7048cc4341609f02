-- Exchange rates from or to a currency that ISO 4217 does not have.
select
    r.rate_date,
    r.base_currency_code,
    r.currency_code
from totesys_marts.fact_exchange_rates as r
left join totesys_marts.iso_currencies as b on b.currency_code = r.base_currency_code
left join totesys_marts.iso_currencies as c on c.currency_code = r.currency_code
where b.currency_code is null or c.currency_code is null

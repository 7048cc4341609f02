-- Days that an order, a payment or an exchange rate names and dim_date does not have.
select n.date_id
from totesys_marts.named_days as n
left join totesys_marts.dim_date as d on d.date_id = n.date_id
where d.date_id is null

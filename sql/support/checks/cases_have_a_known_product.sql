-- Cases without a product, or of one that the products do not have.
select
    f.cid,
    f.pid
from support_marts.fact_cases as f
inner join support_marts.dim_products as p on p.product_key = f.product_key
where p.is_inferred or f.pid is null

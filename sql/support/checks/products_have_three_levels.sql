-- Products that stand below a product: the hierarchy is line, group, product, and nothing below.
select
    p.pid,
    p.name,
    p.parent_pid
from support_staging.products as p
inner join support_staging.products as above on above.pid = p.parent_pid
inner join support_staging.products as top on top.pid = above.parent_pid
where top.parent_pid is not null

-- Products and groups below something that the products do not have.
select
    p.pid,
    p.name,
    p.parent_pid
from support_staging.products as p
left join support_staging.products as above on above.pid = p.parent_pid
where p.parent_pid is not null and above.pid is null

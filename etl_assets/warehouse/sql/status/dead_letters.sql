-- One row per delivery that is not tried again.
select
    d.dataset,
    d.path,
    d.version,
    d.attempts,
    d.reason,
    d.given_up_at
from etl.dead_letters as d
where d.dataset like :warehouse
order by d.dataset, d.path, d.version

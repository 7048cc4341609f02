select
    a.each_key,
    count(*) as current_versions
from audited as a
where a.is_current
group by a.each_key
having count(*) > 1

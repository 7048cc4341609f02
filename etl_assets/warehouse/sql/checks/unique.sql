select
    a.each_column,
    count(*) as copies
from audited as a
group by a.each_column
having count(*) > 1

select
    d.action,
    count(*) as action_rows
from difference as d
group by d.action

-- How many keys hold before this snapshot, and how many of them it does not have.
select
    count(*) as held,
    sum(case when b.is_seen then 0 else 1 end) as closed
from runs_before as b

-- How many keys hold before this snapshot, how many of them it does not have, and the first of those.
select
    count(*) as held,
    sum(case when b.is_seen then 0 else 1 end) as closed,
    min(case when not b.is_seen then key_text(b.each_key) end) as first_closed
from runs_before as b

-- How many keys hold before this snapshot, how many of them it does not have, and the first of those: a key that is
-- seen and does not differ holds there too.
select
    n.seen_keys
    + sum(case when d.is_seen is null then 0 when d.run is null then -1 when d.is_seen then 0 else 1 end) as held,
    sum(case when d.is_seen then 0 when d.is_seen is null then 0 else 1 end) as closed,
    min(case when not d.is_seen then key_text(d.each_key) end) as first_closed
from (
    select count(*) as seen_keys
    from seen
) as n
left join differing as d on true
group by n.seen_keys

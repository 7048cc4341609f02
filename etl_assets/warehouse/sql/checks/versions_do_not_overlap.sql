select v.*
from (
    select
        a.each_key,
        a.valid_from,
        a.valid_to,
        lead(a.valid_from) over (partition by a.each_key order by a.valid_from, a.valid_to) as next_from
    from audited as a
    where not a.is_inferred
) as v
where v.next_from < v.valid_to

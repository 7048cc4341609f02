delete from target as r
using (
    select a.run
    from runs_after as a
    inner join differing as b on b.each_key = a.each_key
    where b.is_same and not b.spans
) as m
where r.physical_row = m.run

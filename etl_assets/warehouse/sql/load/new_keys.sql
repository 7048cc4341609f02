-- How many keys arrived that no row has yet.
select count(*) as keys
from (
    select distinct a.each_key
    from arrived as a
) as n
where
    not exists (
        select 1
        from target as r
        where r.each_key = n.each_key
    )

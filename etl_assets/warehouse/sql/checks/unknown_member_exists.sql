select 'the member with the key -1 is missing' as problem
from (
    select count(*) as members
    from target as t
    where t.the_surrogate = -1
) as unknown
where unknown.members <> 1

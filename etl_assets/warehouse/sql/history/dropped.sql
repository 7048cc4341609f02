-- Surrogate keys that this build takes away, though facts may hold them.
create temp table dropped as
select t.the_surrogate as surrogate
from target as t
inner join difference as d on d.target_row = t.physical_row
where
    not exists (
        select 1
        from difference as n
        where n.action <> 'delete' and n.the_surrogate = t.the_surrogate
    )

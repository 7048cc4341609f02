-- Surrogate keys that two rows would have: two that are written, or one of them and one that stands.
select d.the_surrogate as surrogate
from difference as d
where d.action <> 'delete'
group by d.the_surrogate
having count(*) > 1
union all
select d.the_surrogate as surrogate
from difference as d
inner join target as t on t.the_surrogate = d.the_surrogate
where d.action <> 'delete' and t.physical_row is distinct from d.target_row
limit 1

select p.*
from pointing as p
inner join dropped as d on d.surrogate = p.surrogate
left join target as t on t.the_surrogate = p.surrogate
where t.the_surrogate is null

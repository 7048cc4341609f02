-- The keys whose attributes here neither the run before nor the run after has.
insert into target
(each_column, _first_file_id, _last_file_id, _loaded_in)
select
    n.each_column,
    :file_id,
    case when cast(:next_file_id as bigint) is null then null else :file_id end,
    :load_number
from seen as n
inner join differing as d on d.each_key = n.each_key
left join (select
    true as goes_on,
    x.each_key
from runs_after as x) as a on a.each_key = n.each_key
where not d.is_same and a.goes_on is null

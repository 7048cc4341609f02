-- Events between the last snapshot that could end keys and this one that this one contradicts, so that their keys are
-- asked again.
create temp table contradicted as
select e.physical_row as touched_row
from target as e
inner join file_order as o on o.file_id = e._last_file_id
inner join file_order as this on this.file_id = :file_id
left join file_order as before on before.file_id = cast(:whole_file_id as bigint)
left join (select
    true as is_seen,
    s.each_column
from seen as s) as n on n.each_key = e.each_key
where
    (e.the_time < this.order_at or (e.the_time = this.order_at and o.place < this.place))
    and (
        before.place is null
        or e.the_time > before.order_at
        or (e.the_time = before.order_at and o.place > before.place)
    )
    and (
        (n.is_seen is null and the_closes)
        or (n.is_seen is not null and (e.the_op = 'D' or e.each_told is distinct from n.each_told))
    )

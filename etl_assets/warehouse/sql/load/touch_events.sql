-- Events between the snapshot before and this one may be contradicted by it, so their keys are asked again.
update target as e
set _loaded_in = :load_number
from (
    select
        o.file_id,
        o.place,
        this.place as this_place,
        this.order_at as this_at,
        before.place as before_place,
        before.order_at as before_at
    from file_order as o
    inner join file_order as this on this.file_id = :file_id
    left join file_order as before on before.file_id = cast(:previous_file_id as bigint)
) as o
where
    o.file_id = e._last_file_id
    and (
        o.before_place is null
        or e.the_time > o.before_at
        or (e.the_time = o.before_at and o.place > o.before_place)
    )
    and (e.the_time < o.this_at or (e.the_time = o.this_at and o.place < o.this_place))

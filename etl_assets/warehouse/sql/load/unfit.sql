-- Changes that can take no place in a history: without a time, at or after the end of time, or of an unknown operation.
create temp table unfit as
select
    s._file_id,
    s._row,
    s._line,
    case when s.the_time < timestamp '9999-12-31 00:00:00' then :op_column else :time_column end as column_name,
    case when s.the_time < timestamp '9999-12-31 00:00:00' then s.the_op else cast(s.the_time as text) end as value,
    case
        when s.the_time >= timestamp '9999-12-31 00:00:00' then 'no change can be at the end of time'
        when s.the_time is null or s.the_op is null then 'must not be empty'
        else 'none of I, U, D'
    end as reason
from staged as s
inner join file_order as o on o.file_id = s._file_id
where
    o.meaning = 'changes'
    and (
        s.the_time is null
        or s.the_time >= timestamp '9999-12-31 00:00:00'
        or s.the_op is null
        or s.the_op not in ('I', 'U', 'D')
    )

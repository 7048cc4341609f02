-- Changes that can take no place in a history: without a time, of one that the dataset has not, or of an unknown
-- operation.
create temp table unfit as
select
    s._file_id,
    s._row,
    s._line,
    case when s.the_time >= :earliest and s.the_time < :latest then :op_column else :time_column end as column_name,
    case when s.the_time >= :earliest and s.the_time < :latest then s.the_op else cast(s.the_time as text) end as value,
    case
        when s.the_time >= timestamp '9999-12-31 00:00:00' then 'no change can be at the end of time'
        when s.the_time < :earliest then :too_early
        when s.the_time >= :latest then :too_late
        when s.the_time is null or s.the_op is null then 'must not be empty'
        else 'none of I, U, D'
    end as reason
from staged as s
inner join file_order as o on o.file_id = s._file_id
where
    o.meaning = 'changes'
    and (
        s.the_time is null
        or s.the_time < :earliest
        or s.the_time >= :latest
        or s.the_op is null
        or s.the_op not in ('I', 'U', 'D')
    )

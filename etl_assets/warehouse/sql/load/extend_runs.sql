-- The runs that ended before this snapshot and go on in it, up to the end of the run that follows, if that is alike.
update target as r
set
    _last_file_id = b.new_last_file_id,
    _loaded_in = :load_number
from (
    select
        b.run,
        case when a.run is null then :file_id else a._last_file_id end as new_last_file_id
    from differing as b
    left join runs_after as a on a.each_key = b.each_key
    where b.is_same and not b.spans
) as b
where r.physical_row = b.run

-- The runs that began after this snapshot and are alike in it, where none before goes on.
update target as r
set
    _first_file_id = :file_id,
    _loaded_in = :load_number
from (
    select a.run
    from runs_after as a
    left join (select
        true as goes_on,
        x.each_key
    from differing as x
    where x.is_same) as b on b.each_key = a.each_key
    where b.goes_on is null
) as a
where r.physical_row = a.run

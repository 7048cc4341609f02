-- One row per key of one snapshot; where a key comes twice, the last stands.
create temp table seen as
select each_column
from (
    select
        s.each_column,
        row_number() over (partition by s.each_key order by s._row desc) as recency
    from staged as s
    where s._file_id = :file_id
) as ranked
where recency = 1

-- What was loaded and is put aside now, the first few of it and how much there is.
with lost as (
    select
        q.path,
        q.line,
        q.column_name,
        q.value,
        q.reason
    from etl.quarantine as q
    inner join kept_files as f on f.file_id = q.file_id and f.status = 'loaded'
    left join kept_quarantine as k on k.file_id = q.file_id and k.row_number = q.row_number
    where q.dataset = :dataset and k.file_id is null
)
select
    l.path,
    l.line,
    l.column_name,
    l.value,
    l.reason,
    count(*) over () as lost_rows
from lost as l
order by l.path, l.line
limit 3

-- One row per dataset of a warehouse: what its loads brought in all, and when the last one was.
select
    dataset,
    count(distinct load_number) as loads,
    sum(files) as files,
    sum(rows_read) as rows_read,
    sum(rows_loaded) as rows_loaded,
    sum(rows_quarantined) as rows_quarantined,
    sum(rows_duplicate) as rows_duplicate,
    max(loaded_at) as loaded_at
from etl.loads
where dataset like :warehouse
group by dataset
order by dataset

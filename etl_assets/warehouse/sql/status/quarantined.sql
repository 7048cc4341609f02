-- One row: how many rows, and how many whole files, of a dataset are in the quarantine.
select
    coalesce(sum(case when row_number is not null then 1 else 0 end), 0) as bad_rows,
    coalesce(sum(case when row_number is null then 1 else 0 end), 0) as bad_files
from etl.quarantine
where dataset = :dataset

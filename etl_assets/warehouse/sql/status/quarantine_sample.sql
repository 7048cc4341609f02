-- A few of the rows and files of a dataset that are in the quarantine, the last ones first.
select
    path,
    line,
    column_name,
    value,
    reason
from etl.quarantine
where dataset = :dataset
order by load_number desc, path asc, line asc
limit 10

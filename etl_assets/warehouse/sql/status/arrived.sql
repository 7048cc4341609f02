-- One row per dataset: the time of the newest file that is loaded; no file counts as newer than it was written.
select
    dataset,
    max(least(order_at, modified_at)) as newest_at
from etl.files
where status = 'loaded'
group by dataset

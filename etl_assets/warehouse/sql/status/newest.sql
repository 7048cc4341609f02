-- One row per dataset: the time of the newest file that is loaded.
select
    dataset,
    max(order_at) as newest_at
from etl.files
where status = 'loaded'
group by dataset

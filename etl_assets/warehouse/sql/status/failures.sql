-- One row per asset of a warehouse whose last load or build failed.
select
    asset,
    message,
    failed_at
from etl.failures
where asset like :warehouse
order by asset

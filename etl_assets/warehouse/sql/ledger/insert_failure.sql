insert into etl.failures
(asset, message, failed_at)
values
(:asset, :message, :failed_at)

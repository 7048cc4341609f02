-- Lines of the log with an event that says nothing of a case's life; they are kept and ignored.
select
    cid,
    happened_at,
    event
from support_staging.logs
where event not in ('Assigned to analyst', 'Response', 'Close')

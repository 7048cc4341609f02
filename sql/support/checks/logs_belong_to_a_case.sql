-- Lines of the log whose case has not come.
select
    l.cid,
    l.happened_at,
    l.event
from support_staging.logs as l
left join support_staging.cases as c on c.cid = l.cid
where c.cid is null

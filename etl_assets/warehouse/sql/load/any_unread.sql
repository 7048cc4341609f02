select 1 as is_there
from observed_unread
union all
select 1 as is_there
from unread
limit 1

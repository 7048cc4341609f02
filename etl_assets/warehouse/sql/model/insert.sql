insert into target
(each_column)
select d.each_column
from difference as d
where d.action in ('insert', 'replace')

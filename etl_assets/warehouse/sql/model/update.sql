update target as t
set each_column = d.each_column
from difference as d
where d.action = 'update' and t.physical_row = d.target_row

delete from target as t
using difference as d
where d.action in ('delete', 'replace') and t.physical_row = d.target_row

select a.*
from audited as a
where a.each_column is not null and a.the_column not in (the_values)

select a.*
from audited as a
where a.each_column is null

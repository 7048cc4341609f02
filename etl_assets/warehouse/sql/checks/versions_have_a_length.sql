select a.*
from audited as a
where a.valid_from >= a.valid_to

select coalesce(max(version), 0) as version
from etl.builds
where model = :name

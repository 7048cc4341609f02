select file_id
from etl.files
where dataset = :dataset and status = 'loaded'

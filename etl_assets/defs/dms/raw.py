"""What lands in ``landing/dms``: the tables that ``defs.yaml`` lists."""

from pathlib import Path
from typing import Final

from etl_assets.components.bucket import bucket_of

BUCKET: Final = bucket_of(Path(__file__).with_name("defs.yaml"))
DATASETS: Final = BUCKET.datasets

"""What became of every row of each table's files."""

from typing import Final

from etl_assets.components.dms_table import WAREHOUSE
from etl_assets.defs.dms.raw import BUCKET
from etl_assets.factories.accounts import accounts_view

MODELS: Final = (accounts_view(WAREHOUSE),) if BUCKET.tables else ()

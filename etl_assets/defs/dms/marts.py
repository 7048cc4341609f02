"""The current rows of each table, and its history."""

from typing import Final

from etl_assets.defs.dms.raw import BUCKET

MODELS: Final = BUCKET.models

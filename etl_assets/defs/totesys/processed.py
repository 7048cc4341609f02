"""The marts of totesys as Parquet: what each load has changed."""

from etl_assets.defs.totesys.marts import MODELS
from etl_assets.factories.processed import processed_asset
from etl_assets.warehouse.models.declare import View

KEPT = tuple(model for model in MODELS if not isinstance(model, View))

processed = [processed_asset(model) for model in KEPT]

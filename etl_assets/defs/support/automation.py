"""When the support warehouse is brought up to date."""

import dagster as dg

support = dg.define_asset_job(
    "support",
    selection=dg.AssetSelection.groups("support"),
    description="Brings in what has landed and every table up to date.",
)

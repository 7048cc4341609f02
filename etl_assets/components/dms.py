"""A bucket that AWS DMS copies tables into, as a warehouse: a list of tables in a ``defs.yaml``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import BaseModel, ConfigDict, Field

from etl_assets.components.bucket import Bucket, bucket_of
from etl_assets.components.dms_table import WAREHOUSE
from etl_assets.factories.accounts import accounts_asset, accounts_view
from etl_assets.factories.automation import automation_of
from etl_assets.factories.models import model_asset
from etl_assets.factories.new_files import Watched
from etl_assets.factories.nothing_skipped import Expected, nothing_skipped, watch_sensor
from etl_assets.factories.raw import landed_files, landing_folder
from etl_assets.factories.staging import staging_table


class BucketAttributes(BaseModel):
    """What a ``defs.yaml`` says of a bucket; each table is looked at by itself, so that its errors name it."""

    model_config = ConfigDict(extra="forbid")

    tables: list[dict[str, Any]] = Field(description="One entry a table: docs/dms.md says its words.")


@dataclass(frozen=True)
class DmsBucket(dg.Component):
    """Tables that AWS DMS copies into a bucket: raw files, staging, current rows and history of each.

    Args:
        file: The ``defs.yaml``.
    """

    file: Path

    @classmethod
    def get_model_cls(cls) -> type[BaseModel]:
        """What its attributes are."""
        return BucketAttributes

    @classmethod
    def load(cls, attributes: BaseModel | None, context: dg.ComponentLoadContext) -> "DmsBucket":
        """The bucket of the file that is loaded; its words are read from there, with their lines."""
        del attributes
        path = Path(context.path)
        return cls(path / "defs.yaml" if path.is_dir() else path)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The assets, checks and sensors of every table."""
        del context
        return definitions_of(bucket_of(self.file))


def definitions_of(bucket: Bucket) -> dg.Definitions:
    """The assets, checks and sensors of a bucket; of one of which no table can be loaded, those that say so."""
    datasets = bucket.datasets
    folders = frozenset({table.folder for table in bucket.tables} | bucket.broken.keys())
    expected = Expected(warehouse=WAREHOUSE, datasets=datasets, folders=folders, broken=bucket.broken)
    watched = dg.Definitions(assets=[nothing_skipped(expected)], sensors=[watch_sensor(expected)])
    if not datasets:
        return watched
    own = dg.Definitions(
        assets=[
            landing_folder(datasets),
            *map(landed_files, datasets),
            *map(staging_table, datasets),
            *(model_asset(model, datasets=datasets) for model in bucket.models),
            accounts_asset(accounts_view(WAREHOUSE)),
        ]
    )
    return dg.Definitions.merge(watched, own, automation_of(Watched(warehouse=WAREHOUSE, datasets=datasets)))

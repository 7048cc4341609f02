"""A bucket of one's own: files land in it, and its tables are brought up to date without Dagster."""

import gzip
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl_assets.components.bucket import Bucket, read_bucket
from etl_assets.connectors.files.extract import extract_files
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.building import build
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.reports import BuildReport

USERS = """
attributes:
  tables:
    - table: app/users
      key: id
      columns: {id: bigint, name: text, city: text, joined_on: date}
"""
RESTAURANTS = """
attributes:
  tables:
    - table: app/restaurants
      key: restaurant_id
      format: json
      columns: {address: json, borough: text, cuisine: text, grades: json, name: text, restaurant_id: text}
"""
Rows = list[tuple[Any, ...]]


def variables(name: str) -> None:
    """No variable is set."""
    del name


@dataclass
class Filled:
    """A landing folder, a lake and a warehouse."""

    folder: Path
    url: str
    bucket: Bucket

    @classmethod
    def of(cls, folder: Path, url: str, declared: str) -> "Filled":
        """An empty one."""
        return cls(folder, url, read_bucket(declared, "defs.yaml", variables))

    @property
    def engine(self) -> Engine:
        """The warehouse."""
        return open_engine(self.url)

    def land(self, path: str, content: str | bytes, *, at: int = 1_700_000_000) -> None:
        """Put a file below ``landing/dms``."""
        file = self.folder / "landing" / "dms" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (at, at))

    def copy(self, source: Path, path: str) -> None:
        """Put a copy of a file there; packed, where its name says so."""
        content = source.read_bytes()
        self.land(path, gzip.compress(content) if path.endswith(".gz") else content)

    def run(self) -> dict[str, LoadReport | BuildReport]:
        """Bring every table up to date."""
        landing, lake = self.folder / "landing", open_lake(str(self.folder / "lake"))
        done: dict[str, LoadReport | BuildReport] = {}
        for dataset in self.bucket.datasets:
            extract_files(dataset, landing, lake)
            done[dataset.name] = load_dataset(self.engine, dataset, lake)
        for model in self.bucket.models:
            done[model.name] = build(self.engine, model)
        return done

    def rows(self, query: str) -> Rows:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(query)

    def everything(self, tables: Sequence[str]) -> dict[str, Rows]:
        """Every row of some marts, in an order of their own."""
        return {name: sorted(self.rows(f"select * from dms_marts.{name}"), key=repr) for name in tables}

    def anew(self, url: str) -> "Filled":
        """Another warehouse and lake; nothing has landed."""
        for name in ("landing", "lake"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return Filled(self.folder, url, self.bucket)

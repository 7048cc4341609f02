"""Models over plain tables, so that a build can be tested without files and loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Model
from etl_assets.warehouse.models.reports import BuildReport


@dataclass(frozen=True)
class Shop:
    """A warehouse ``shop`` whose SQL files are in a folder of the test."""

    engine: Engine
    root: Path

    def write(self, key: str, text: str) -> None:
        """Write a model's SQL file."""
        path = TableName.parse(key).sql_file(self.root)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *statements: str) -> None:
        """Run statements in one transaction."""
        with self.engine.writing() as session:
            for statement in statements:
                session.run(statement)

    def source(self, table: str, columns: str, *rows: str) -> None:
        """Make ``shop_staging.<table>`` anew with the given rows, and a new version of it."""
        self.run(
            "create schema if not exists shop_staging",
            f"drop table if exists shop_staging.{table} cascade",
            f"create table shop_staging.{table} ({columns})",
            *(f"insert into shop_staging.{table} values {row}" for row in rows),
            "insert into etl.builds select "
            f"'shop/staging/{table}', count(*) + 1, '', 0, 0, 0, 0, 0.0, timestamp '2026-01-01' from etl.builds"
            f" where model = 'shop/staging/{table}'",
        )

    def load(self, dataset: Dataset, name: str, *lines: str) -> None:
        """Let a file of these lines arrive and load it."""
        landing = self.root.parent / "landing"
        path = landing / dataset.table.warehouse / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))
        lake = open_lake(str(self.root.parent / "lake"))
        extract_files(dataset, landing, lake)
        load_dataset(self.engine, dataset, lake)

    def build(self, model: Model) -> BuildReport:
        """Build a model."""
        return build_model(self.engine, model, sql_root=self.root)

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(query)


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    """A warehouse with no model yet."""
    return Shop(engine, tmp_path / "sql")

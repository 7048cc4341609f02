"""What the factories are tested with: a shop, a warehouse on DuckDB, and one step at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from etl_assets.lake.lake import Lake, open_lake
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Engine, open_engine


@dataclass(frozen=True)
class Shop:
    """A small warehouse and its folders."""

    folder: Path
    engine: Engine
    lake: Lake

    @property
    def sql(self) -> Path:
        """The folder of its SQL files."""
        return self.folder / "sql"

    @property
    def exports(self) -> Path:
        """The folder of its reports."""
        return self.folder / "exports"

    def land(self, name: str, text: str) -> None:
        """Put a file into its landing folder."""
        path = self.folder / "landing" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write(self, key: str, text: str) -> None:
        """Write an SQL file."""
        path = TableName.parse(key).sql_file(self.sql)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def make(self, *assets: dg.AssetsDefinition, config: Mapping[str, Any] | None = None, seen: bool = False) -> "Made":
        """Materialise assets; ``seen`` where Dagster keeps its records, so that pages show them."""
        resources = {
            "warehouse": self.engine,
            "lake": self.lake,
            "processed": open_lake(str(self.folder / "processed")),
            "landing": self.folder / "landing",
            "exports": self.exports,
        }
        home = self.folder / "dagster"
        home.mkdir(exist_ok=True)
        with dg.DagsterInstance.local_temp(str(home)) if seen else dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize(
                assets, resources=resources, instance=instance, raise_on_error=False, run_config=dict(config or {})
            )
        return Made(result)


@dataclass(frozen=True)
class Made:
    """What became of assets."""

    result: dg.ExecuteInProcessResult

    @property
    def success(self) -> bool:
        """Whether all of them were made."""
        return self.result.success

    def metadata(self, key: str) -> dict[str, Any]:
        """What an asset says of itself; texts and figures as they are."""
        (event,) = self.result.asset_materializations_for_node(key.replace("/", "__"))
        return {name: value.value for name, value in event.metadata.items()}

    def check(self, name: str) -> dg.AssetCheckEvaluation:
        """What a check found."""
        return next(found for found in self.result.get_asset_check_evaluations() if found.check_name == name)

    def sample(self, name: str) -> list[dict[str, Any]]:
        """The rows that a check shows."""
        shown = self.check(name).metadata["sample"]
        assert isinstance(shown, dg.TableMetadataValue)
        return [dict(record.data) for record in shown.records]

    @property
    def failure(self) -> str:
        """What the failed step says."""
        (event,) = [event for event in self.result.all_events if event.is_step_failure]
        data = event.step_failure_data.user_failure_data
        return (data.description if data else None) or ""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop where nothing has happened yet."""
    (tmp_path / "landing").mkdir()
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    return Shop(tmp_path, engine, open_lake(str(tmp_path / "lake")))

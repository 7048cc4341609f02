"""Resources: built from the settings when a run starts, not before."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from etl_assets.lake.lake import Lake
from etl_assets.resources.settled import from_settings
from etl_assets.warehouse.engines import Engine

CANARY = "postgresql://me:canary@host/warehouse"  # pragma: allowlist secret - made up


def test_each_builds_one_plain_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resources = from_settings()
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    built: dict[str, Any] = {}

    @dg.op
    def take(
        warehouse: dg.ResourceParam[Engine],
        lake: dg.ResourceParam[Lake],
        landing: dg.ResourceParam[Path],
        exports: dg.ResourceParam[Path],
    ) -> None:
        built.update(warehouse=warehouse, lake=lake, landing=landing, exports=exports)

    @dg.job(resource_defs=resources)
    def taking() -> None:
        take()

    assert taking.execute_in_process().success
    assert built["warehouse"].url == f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    assert isinstance(built["lake"], Lake)
    assert (built["landing"].uri, built["exports"]) == (str(tmp_path / "landing"), tmp_path / "exports")
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_in_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETL_WAREHOUSE_URL", CANARY)
    resources = from_settings()
    assert [resource.model_dump() for resource in resources.values()] == [{}] * len(resources)
    assert "canary" not in repr(resources)

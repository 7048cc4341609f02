"""A support warehouse of one's own: files are placed, runs are run, tables are read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl_assets.cli.execution import RunReport, run_warehouses
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.delimited import python_rows
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.oracles.deliveries import Delivery, place

Row = dict[str, Any]


@dataclass(frozen=True)
class Support:
    """The warehouse and its folders."""

    settings: Settings

    @property
    def landing(self) -> Path:
        """Where its files arrive."""
        return Path(self.settings.landing_url) / "support"

    def receive(self, deliveries: Iterable[Delivery]) -> None:
        """Put files into the landing folder, with their times."""
        place(deliveries, self.landing)

    def write(self, name: str, *lines: str) -> None:
        """Put a file into the landing folder: cells between bars, written as the exports are."""
        rows = (",".join(f'"{cell}"' for cell in line.split("|")) + "\r\n" for line in lines)
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(rows), newline="")

    def run(self, **options: Any) -> RunReport:  # noqa: ANN401 - whatever a run takes
        """Bring it up to date; it has to succeed."""
        report = self.try_to_run(**options)
        assert report.success, [outcome.error for outcome in report.outcomes if outcome.error]
        return report

    def try_to_run(self, **options: Any) -> RunReport:  # noqa: ANN401 - as above
        """Bring it up to date, if it can be."""
        return run_warehouses(self.settings, ("support",), **options)

    def ask(self, query: str) -> list[Row]:
        """The rows of a query."""
        with open_engine(self.settings.warehouse_url).reading() as session:
            reader = session.batches(query)
            return [dict(zip(reader.schema.names, row, strict=True)) for row in python_rows(reader)]

    def table(self, key: str) -> list[Row]:
        """The rows of a table, in no order."""
        return self.ask(f"select * from {TableName.parse(f'support/{key}').qualified}")


@pytest.fixture(params=["duckdb", "postgres"])
def support(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Support:
    """An empty warehouse; the test runs once on each engine."""
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    if request.param == "postgres":
        monkeypatch.setenv("ETL_WAREHOUSE_URL", request.getfixturevalue("postgres_url"))
    return Support(Settings.read())


@pytest.fixture
def on_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Support:
    """An empty warehouse on DuckDB, where the engine plays no part."""
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    return Support(Settings.read())

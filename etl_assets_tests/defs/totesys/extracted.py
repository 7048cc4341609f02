"""The totesys warehouse brought up to date from its operational database, without Dagster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.source import Source
from etl_assets.connectors.database.sqlite import SqliteSource
from etl_assets.connectors.files.extract import extract_files
from etl_assets.defs.totesys.marts import MODELS
from etl_assets.defs.totesys.rates import exchange_rates
from etl_assets.defs.totesys.tables import DATASETS, TABLES
from etl_assets.lake.lake import open_lake
from etl_assets.reconcile import ReconcileReport, reconcile
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets_tests.defs.totesys.told import bad_rows

FACTS: Final = ("fact_sales_order", "fact_purchase_orders", "fact_payment")


@dataclass(frozen=True)
class Ran:
    """What an extract did.

    Args:
        landed: The rows that were new, by table.
        since: From where the rows were read, by table; None where all were.
    """

    landed: Mapping[str, int]
    since: Mapping[str, datetime | None]


@dataclass(frozen=True)
class Followed:
    """A warehouse that follows an operational database.

    Args:
        source: The database's URL.
        url: The warehouse's.
        home: Where the lake is.
    """

    source: str
    url: str
    home: Path

    def run(self) -> Ran:
        """Bring it up to date."""
        lake, engine = open_lake(str(self.home / "lake")), open_engine(self.url)
        report = extract_tables(_opened(self.source), [table for _, table in TABLES], lake)
        assert [one.failure for one in report.failures] == []
        extract_files(exchange_rates, self.home / "landing", lake)
        for dataset in (*DATASETS, exchange_rates):
            loaded = load_dataset(engine, dataset, lake)
            assert loaded.total("quarantined") == 0, dataset.name
        for model in MODELS:
            assert bad_rows(build_model(engine, model)) == {}, model.name
        told = {one.dataset.rpartition("/")[2]: one for one in report.tables}
        return Ran({name: one.landed for name, one in told.items()}, {name: one.since for name, one in told.items()})

    def compare(self, *, repair: bool = False) -> ReconcileReport:
        """Hold the staging tables against the database."""
        lake, engine = open_lake(str(self.home / "lake")), open_engine(self.url)
        return reconcile(_opened(self.source), engine, lake, TABLES, repair=repair)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with open_engine(self.url).reading() as session:
            return [tuple(row) for row in session.rows(query)]

    def builds(self) -> int:
        """How many builds have written something."""
        return self.ask("select count(*) from etl.builds")[0][0]


def _opened(url: str) -> Source:
    return SqliteSource(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite") else PostgresSource(url)

"""Every cell of the support warehouse against an oracle in plain Python, whatever order the files come in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from etl_assets.samples.support import write_support
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.faults.support_run import bring_up_to_date
from etl_assets_tests.oracles.deliveries import Delivery, from_folder, place, shuffled_cuts, with_conflicts
from etl_assets_tests.oracles.support import Row, support_tables

MARTS = ("dim_analysts", "dim_products", "dim_priorities", "dim_calendar", "fact_cases")
FEW_ARRIVALS = 4


@pytest.fixture(params=["duckdb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty warehouse; the test runs once on each engine."""
    if request.param == "duckdb":
        return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def history(real_data: Path) -> list[Delivery]:
    """The real department's history."""
    return from_folder(real_data / "support" / "history")


@pytest.fixture(scope="session")
def new_data(real_data: Path) -> list[Delivery]:
    """What the real department sent later, in a sub-folder."""
    return from_folder(real_data / "support" / "new_data", below="new_data/")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Delivery]:
    """A made-up department, with three days after its history."""
    folder = tmp_path_factory.mktemp("sample")
    write_support(folder, days=3)
    return from_folder(folder)


def land(arriving: Iterable[Delivery], home: Path, url: str) -> None:
    """Put files into the landing folder and bring the warehouse up to date."""
    place(arriving, home / "landing" / "support")
    bring_up_to_date(home, url)


def rows_of(url: str, table: str) -> list[Row]:
    """A table's rows by column name."""
    with open_engine(url).reading() as session:
        return session.batches(f"select * from {table}").read_all().to_pylist()


def assert_is(url: str, deliveries: Sequence[Delivery]) -> None:
    """Hold every mart and the report against the oracle, cell by cell."""
    expected = support_tables(deliveries)
    for table in MARTS:
        assert ordered(rows_of(url, f"support_marts.{table}")) == ordered(expected[table]), table
    found = sorted(rows_of(url, "support_reports.team_performance"), key=lambda row: row["team"])
    wanted = sorted(expected["team_performance"], key=lambda row: row["team"])
    assert len(found) == len(wanted)
    assert all(nearly(one, other) for one, other in zip(found, wanted, strict=True))


def ordered(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows in an order of their own, columns by name."""
    return sorted(repr(sorted(row.items())) for row in rows)


def nearly(one: Row, other: Row) -> bool:
    """Whether two rows are alike but for the last digits of a mean."""
    return one.keys() == other.keys() and all(
        isclose(one[name], other[name], rel_tol=1e-9) if isinstance(one[name], float) else one[name] == other[name]
        for name in one
    )


def coarser(arrivals: list[list[Delivery]]) -> list[list[Delivery]]:
    """At most a few arrivals: neighbours joined where no path comes twice."""
    joined = [arrivals[0]]
    for arriving in arrivals[1:]:
        twice = {file.path for file in joined[-1]} & {file.path for file in arriving}
        if twice or len(joined[-1]) * FEW_ARRIVALS > sum(map(len, arrivals)):
            joined.append(arriving)
        else:
            joined[-1] = joined[-1] + arriving
    return joined


def test_the_history_has_the_figures_that_are_known_of_it(history: list[Delivery], tmp_path: Path, url: str) -> None:
    land(history, tmp_path, url)
    analysts = [row for row in rows_of(url, "support_marts.dim_analysts") if row["analyst_key"] != -1]
    versions = Counter(row["aid"] for row in analysts)
    assert (len(analysts), len(versions)) == (552, 399)
    assert Counter(versions.values()) == {1: 280, 2: 88, 3: 28, 4: 3}
    assert sum(row["is_current"] for row in analysts) == 399
    products = [row for row in rows_of(url, "support_marts.dim_products") if row["product_key"] != -1]
    assert len(products) == 1502
    facts = rows_of(url, "support_marts.fact_cases")
    assert len(facts) == 400
    assert sum(row["assigned_at"] is None for row in facts) == 25
    assert Counter(row["priority"] for row in facts) == {1: 125, 2: 139, 3: 136}
    assert all(row["analyst_key"] != -1 for row in facts)


def test_the_history_then_the_update_then_nothing(
    history: list[Delivery], new_data: list[Delivery], tmp_path: Path, url: str
) -> None:
    land(history, tmp_path, url)
    assert_is(url, history)
    land(new_data, tmp_path, url)
    assert_is(url, [*history, *new_data])
    loads, builds = rows_of(url, "etl.loads"), rows_of(url, "etl.builds")
    assert len(rows_of(url, "support_marts.fact_cases")) == 500
    land([], tmp_path, url)
    assert (rows_of(url, "etl.loads"), rows_of(url, "etl.builds")) == (loads, builds)


def test_every_row_is_loaded_quarantined_or_duplicate(history: list[Delivery], tmp_path: Path, url: str) -> None:
    land(history, tmp_path, url)
    counts = {row["path"]: row for row in rows_of(url, "etl.files")}
    read = {delivery.path: len(delivery.rows) for delivery in history}
    read["PrioritySLA.csv"] -= 1
    assert {path: row["rows_read"] for path, row in counts.items()} == read
    assert all(
        row["rows_read"] == row["rows_loaded"] + row["rows_quarantined"] + row["rows_duplicate"]
        for row in counts.values()
    )
    cases = [row for path, row in counts.items() if path.startswith("cases")]
    assert (sum(row["rows_loaded"] for row in cases), sum(row["rows_duplicate"] for row in cases)) == (400, 400)


ORDERS = [
    *(("duckdb", seed) for seed in range(20)),
    *(("postgres", seed) for seed in range(6)),
    *(pytest.param("postgres", seed, marks=pytest.mark.proof) for seed in range(6, 20)),
]


@pytest.mark.parametrize(("url", "seed"), ORDERS, indirect=["url"])
def test_any_order_and_cut_of_the_real_files_gives_the_same_tables(
    history: list[Delivery], new_data: list[Delivery], tmp_path: Path, url: str, seed: int
) -> None:
    deliveries = with_conflicts([*history, *new_data], seed)
    for arriving in coarser(shuffled_cuts(deliveries, seed)):
        land(arriving, tmp_path, url)
    assert_is(url, deliveries)


@pytest.mark.parametrize("seed", range(2))
def test_any_order_and_cut_of_the_samples_files_gives_the_same_tables(
    sample: list[Delivery], tmp_path: Path, url: str, seed: int
) -> None:
    deliveries = with_conflicts(sample, seed)
    for arriving in coarser(shuffled_cuts(deliveries, seed)):
        land(arriving, tmp_path, url)
    assert_is(url, deliveries)

"""The scenarios of the conformance kit: right by the oracle, and right on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.history import ours
from benchmarks.history.compare import by_key, judged_ours, told
from benchmarks.history.scenario import File, Scenario, Version, scenarios
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets_tests.oracles import history
from etl_assets_tests.oracles import observed as oracle

SCENARIOS = scenarios()


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty warehouse; the test runs once on each engine."""
    if request.param == "duckdb":
        return open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    return open_engine(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """One of the scenarios."""
    return request.param


def test_what_comes_gives_the_history_that_is_written_down(scenario: Scenario, engine: Engine, tmp_path: Path) -> None:
    verdict = judged_ours(scenario, ours.run(scenario, engine, tmp_path))
    assert verdict.kind == "right", f"{scenario.title}. {scenario.rule} Right: {told(by_key(scenario.versions))}"


def test_the_oracle_gives_the_history_that_is_written_down(scenario: Scenario) -> None:
    declaration = oracle.Declaration(
        key=scenario.key,
        tracked=scenario.tracked,
        overwritten=scenario.overwritten,
        original=scenario.original,
        previous=scenario.previous,
        missing=scenario.missing,
        beginning=scenario.beginning,
    )
    files = [file for batch in scenario.batches if not batch.refused for file in batch.files]
    rows = history.dimension(declaration, list(events(scenario, files)), list(snapshots(scenario, files)))
    found = [version(scenario, row) for row in rows if row.natural_key is not None]
    assert told(by_key(found)) == told(by_key(scenario.versions))


def test_each_scenario_has_a_name_of_its_own() -> None:
    assert len({scenario.title for scenario in SCENARIOS}) == len({scenario.name for scenario in SCENARIOS}) == 47


def version(scenario: Scenario, row: oracle.Version) -> Version:
    """A row of the oracle's in the kit's words."""
    values = tuple(None if row.attributes[name] is None else str(row.attributes[name]) for name in scenario.attributes)
    return Version(row.natural_key or (), values, row.valid_from, row.valid_to)


def events(scenario: Scenario, files: list[File]) -> Iterator[oracle.Event]:
    """The changes as the oracle reads them; rows without a key are none."""
    for file in (file for file in files if file.taken is None):
        for number, row in enumerate(file.rows):
            key = tuple(part for part in row.key if part is not None)
            said = dict(zip(scenario.columns, row.values or [None] * len(scenario.columns), strict=True))
            if len(key) == len(row.key):
                yield oracle.Event(key, row.since, "U" if row.values else "D", said, delivery(file), number)


def snapshots(scenario: Scenario, files: list[File]) -> Iterator[oracle.Snapshot]:
    """The snapshots as the oracle reads them."""
    for file in files:
        if file.taken is not None:
            rows = {tuple(map(str, row.key)): row.values or () for row in file.rows}
            said = {key: dict(zip(scenario.columns, values, strict=True)) for key, values in rows.items()}
            yield oracle.Snapshot(file.taken, delivery(file), said)


def delivery(file: File) -> oracle.File:
    """The file's place in the order; its name stands for its content."""
    return oracle.File(file.taken or file.written, file.written, file.name, file.name)

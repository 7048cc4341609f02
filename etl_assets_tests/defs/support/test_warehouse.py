"""Every cell of the support warehouse, against the oracle that never saw its SQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from etl_assets.samples.support import write_support
from etl_assets_tests.defs.support.conftest import Row, Support
from etl_assets_tests.oracles.deliveries import Delivery, from_folder
from etl_assets_tests.oracles.support import support_tables

KEYS: Final = {
    "marts/dim_analysts": ("aid", "valid_from"),
    "marts/dim_products": ("pid",),
    "marts/dim_priorities": ("priority",),
    "marts/dim_calendar": ("date_id",),
    "marts/fact_cases": ("cid",),
}


def assert_equal_to_the_oracle(support: Support, deliveries: Sequence[Delivery]) -> None:
    expected = support_tables(deliveries)
    for key, natural in KEYS.items():
        rows = expected[key.rpartition("/")[2]]
        assert by_key(support.table(key), natural) == by_key(rows, natural), key
    report = support.table("reports/team_performance")
    assert report == [pytest.approx(row) for row in expected["team_performance"]]


def by_key(rows: Sequence[Row], natural: Sequence[str]) -> dict[Any, Row]:
    found = {tuple(row[name] for name in natural): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture
def real_history(real_data: Path) -> list[Delivery]:
    """The real files, as history."""
    return from_folder(real_data / "support" / "history")


@pytest.fixture
def real_update(real_data: Path) -> list[Delivery]:
    """The real files of the periodic update, in a folder of their own."""
    return from_folder(real_data / "support" / "new_data", below="new_data/")


def test_the_real_history_and_its_update_give_every_cell(
    support: Support, real_history: list[Delivery], real_update: list[Delivery]
) -> None:
    support.receive(real_history)
    support.run()
    assert_equal_to_the_oracle(support, real_history)
    support.receive(real_update)
    support.run()
    assert_equal_to_the_oracle(support, [*real_history, *real_update])


def test_the_real_history_gives_the_known_figures(on_duckdb: Support, real_history: list[Delivery]) -> None:
    on_duckdb.receive(real_history)
    on_duckdb.run()
    versions = on_duckdb.ask(
        "select versions, count(*) as analysts from"
        " (select aid, count(*) as versions from support_marts.dim_analysts where aid is not null group by aid)"
        " group by versions order by versions"
    )
    assert [(row["versions"], row["analysts"]) for row in versions] == [(1, 280), (2, 88), (3, 28), (4, 3)]
    facts = on_duckdb.table("marts/fact_cases")
    assert len(facts) == 400
    assert sum(row["assigned_at"] is None for row in facts) == 25
    assert [sum(row["priority"] == priority for row in facts) for priority in (1, 2, 3)] == [125, 139, 136]
    assert not [row for row in facts if -1 in (row["analyst_key"], row["product_key"], row["priority_key"])]


def test_a_sample_and_two_days_more_give_every_cell(support: Support) -> None:
    write_support(support.landing)
    support.run()
    assert_equal_to_the_oracle(support, from_folder(support.landing))
    write_support(support.landing, days=2)
    support.run()
    assert_equal_to_the_oracle(support, from_folder(support.landing))


def test_a_run_with_nothing_new_writes_nothing(support: Support) -> None:
    write_support(support.landing, days=1)
    support.run()
    before = written(support)
    report = support.run()
    assert written(support) == before
    assert not [one for one in report.outcomes if one.counts["loaded"] or one.counts["written"]]


def written(support: Support) -> dict[str, Any]:
    """The ledgers of loads and builds, and the exports with the times at which they were written."""
    ledgers = {name: sorted(map(repr, support.ask(f"select * from etl.{name}"))) for name in ("loads", "builds")}
    files = support.settings.exports.rglob("*.csv")
    return {**ledgers, "exports": {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in files}}

"""A storm's record against what PostgreSQL holds, in the end and at snapshots between."""

from datetime import UTC, datetime
from time import sleep
from typing import Any

import psycopg
import pytest

from etl_assets.samples.totesys import open_business
from etl_assets_tests.storm.record import Record, Version, Written
from etl_assets_tests.storm.storm import Storm
from etl_assets_tests.storm.weather import Weather

BREEZE = Weather(
    quick=3, slow=6, commits=1_200, seconds=2.0, slow_seconds=(0.1, 0.5), pauses=0.1, silent=0.2, deletes=0.05
)
LOOK = "select pg_current_snapshot()::text, clock_timestamp()"
SECONDS = [datetime(2025, 1, 1, 12, 0, second, tzinfo=UTC) for second in range(5)]


def rows_of(connection: psycopg.Connection[Any]) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row for row in connection.execute("select * from sales_order")}


def test_the_record_of_a_storm_is_what_the_database_holds_at_every_snapshot(postgres_url: str) -> None:
    open_business(postgres_url)
    seen: list[tuple[str, datetime, dict[int, tuple[Any, ...]]]] = []
    with psycopg.connect(postgres_url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with Storm(postgres_url, BREEZE) as storm:
            while storm.blows:
                with reader.transaction():
                    (looked,) = reader.execute(LOOK).fetchall()
                    seen.append((*looked, rows_of(reader)))
                sleep(0.1)
        record, end = storm.record(), rows_of(reader)
    assert record.state() == end
    for snapshot, _, rows in seen:
        assert record.state(snapshot) == rows
    assert len([*record.commits()]) >= BREEZE.commits
    assert record.straddling(moment for _, moment, _ in seen) >= 20
    told = [version for written in record.commits() for version in written.versions]
    assert {(version.operation, version.moved) for version in told} == {
        ("I", True), ("U", True), ("U", False), ("D", False),
    }  # fmt: skip


def test_rows_become_visible_behind_younger_ones(postgres_url: str) -> None:
    open_business(postgres_url)
    with Storm(postgres_url, BREEZE) as storm:
        pass
    ordered = sorted(storm.record().commits(), key=lambda written: written.committed_at)
    late, newest = 0, datetime.min  # noqa: DTZ901 - the database's times have no zone
    for written in ordered:
        stamps = [version.row[2] for version in written.versions if version.moved]
        late += any(stamp < newest for stamp in stamps)
        newest = max([newest, *stamps])
    assert late >= 20


def test_a_writer_that_fails_is_told(postgres_url: str) -> None:
    with Storm(postgres_url, BREEZE) as storm:
        pass
    with pytest.raises(psycopg.errors.UndefinedTable):
        storm.record()


def test_a_snapshot_sees_what_was_committed_before_it() -> None:
    def written(xid: int, began: int, ended: int, *versions: Version) -> Written:
        return Written(xid, SECONDS[began], SECONDS[ended], versions)

    first, second = Version("I", (1, "a"), moved=True), Version("U", (1, "b"), moved=True)
    record = Record(
        ((written(7, 0, 0, first), written(9, 1, 3, second)), (written(8, 0, 1, Version("I", (2, "c"), moved=True)),))
    )
    assert record.state() == {1: (1, "b"), 2: (2, "c")}
    assert record.state("7:9:") == {1: (1, "a"), 2: (2, "c")}
    assert record.state("7:10:8,9") == {1: (1, "a")}
    assert record.straddling([SECONDS[2]]) == 1
    assert record.straddling([SECONDS[0], SECONDS[3]]) == 0

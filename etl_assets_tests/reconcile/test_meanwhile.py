"""While a comparison runs, others write, extract and load; and a comparison may be killed anywhere."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from etl_assets.connectors.database.address import open_source
from etl_assets.connectors.database.extract import extract_tables
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets_tests.reconcile.ledgers import BOOKINGS, TABLE, Books
from etl_assets_tests.reconcile.test_reconcile import fill

RUN = """
import sys
from pathlib import Path
from etl_assets_tests.reconcile.ledgers import Books
Books(sys.argv[1], sys.argv[2], Path(sys.argv[3])).compare(repair=True)
"""
PLACES = (
    "reconcile.after_load",
    "reconcile.before_repair",
    "extract.after_data",
    "extract.before_manifest",
    "extract.after_manifest",
    "reconcile.after_repair",
    "load.before_commit",
    "load.after_commit",
)
WRITE = """
insert into bookings values (%(n)s, now(), 1, 'new', null)
on conflict (id) do update set last_updated = now(), amount = bookings.amount + 1
"""


def other_run(books: Books) -> int:
    """Extract and load as another run does."""
    (report,) = extract_tables(open_source(books.url), [TABLE], books.lake).tables
    load_dataset(books.engine, BOOKINGS, books.lake)
    return report.landed


def test_what_another_run_brings_meanwhile_waits(ledger: Books) -> None:
    fill(ledger, 10)

    def other(_: str) -> None:
        ledger.do(
            "update bookings set amount = 5, last_updated = now() where id = 3",
            "insert into bookings values (77, now(), 1, 'new', null)",
        )
        assert other_run(ledger) == 2

    found = ledger.compare(repair=True, told=other)
    assert (found.waiting, found.different, found.repaired) == (2, 0, 0)
    assert (ledger.compare().waiting, ledger.compare().different) == (0, 0)


def test_what_another_run_brings_meanwhile_is_not_undone_by_a_repair(ledger: Books) -> None:
    fill(ledger, 10)
    ledger.do("update bookings set amount = 5 where id = 3")

    def other(_: str) -> None:
        ledger.do("update bookings set amount = 6, last_updated = now() where id = 3")
        assert other_run(ledger) == 1

    found = ledger.compare(repair=True, told=other)
    assert (found.waiting, found.different) == (1, 0)
    assert ledger.compare().different == 0


def test_a_repair_gives_way_to_an_extract_that_comes_first(ledger: Books) -> None:
    fill(ledger, 10)
    ledger.do("update bookings set amount = 5 where id = 3")

    def other(_: str) -> None:
        ledger.do("insert into bookings values (77, now(), 1, 'new', null)")
        assert other_run(ledger) == 1

    found = ledger.compare(repair=True, told=other)
    assert (found.changed, found.waiting, found.repaired, found.is_sound) == (1, 1, 0, False)
    assert found.note == "Another extract came first, so nothing was repaired: run again."
    assert ledger.compare(repair=True).repaired == 1


def test_what_an_extract_could_not_commit_waits(ledger: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ledger, 10)
    ledger.do("insert into bookings values (77, now(), 1, 'new', null)")
    others: list[int] = []

    def other_first(place: str) -> None:
        if place == "extract.before_manifest" and not others:
            others.append(0)
            ledger.do("delete from bookings where id = 77")
            ledger.do("update bookings set amount = 8, last_updated = now() where id = 3")
            others[0] = other_run(ledger)

    monkeypatch.setattr("etl_assets.connectors.database.batch.reach", other_first)
    found = ledger.compare()
    assert (others, found.waiting, found.different) == ([1], 2, 0)


def test_nothing_that_a_writer_does_meanwhile_is_a_difference(ledger: Books) -> None:
    fill(ledger, 2_000)
    is_over = threading.Event()
    written: list[int] = []

    def write() -> None:
        with psycopg.connect(ledger.url, autocommit=True) as connection:
            while not is_over.is_set():
                number = len(written) % 3_000
                connection.execute(WRITE, {"n": number})
                written.append(number)
                time.sleep(0.001)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    found = [ledger.compare(told=lambda _: other_run(ledger) and None) for _ in range(4)]
    is_over.set()
    writer.join()
    assert [each.different for each in found] == [0, 0, 0, 0]
    assert sum(each.waiting for each in found) > 0
    assert len(written) > 100
    assert (ledger.compare().different, ledger.compare().source_rows) == (0, max(2_001, max(written) + 1))


@pytest.mark.parametrize("place", PLACES)
def test_a_repair_that_is_killed_and_run_again_was_never_killed(ledger: Books, place: str) -> None:
    fill(ledger, 20)
    ledger.do("update bookings set amount = 5 where id = 3", "delete from bookings where id = 4")
    assert _killed_at(place, ledger) == -signal.SIGKILL
    ledger.compare(repair=True)
    found = ledger.compare()
    assert (found.different, found.source_rows, found.warehouse_rows) == (0, 20, 20)
    with ledger.engine.reading() as session:
        counts = session.rows("select id, count(*) from shop_staging.bookings_events where id in (3, 4) group by id")
    assert sorted(counts) == [(3, 2), (4, 2)]


def _killed_at(place: str, books: Books) -> int:
    argv = [sys.executable, "-c", RUN, books.url, books.warehouse, str(books.folder)]
    environment = {**os.environ, "ETL_FAILPOINT": f"{place}:kill"}
    return subprocess.run(argv, env=environment, check=False, cwd=Path(__file__).parents[2]).returncode  # noqa: S603 - made here

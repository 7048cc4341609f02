"""A silent connection, a statement that takes too long, a server that is not there, memory that stays flat."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pyarrow as pa
import pytest
from psycopg.conninfo import conninfo_to_dict

from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.errors import LakeError, SourceError, SourceStalled
from etl_assets.limits import Limits
from etl_assets_tests.connectors.database.sources import Shop, orders
from etl_assets_tests.servers.proxy import Proxy

EXTRACT = """
import resource, sys
from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.lake.lake import open_lake
url, folder, name = sys.argv[1:]
table = SourceTable(dataset=f"shop/staging/{name}", name=name)
report = extract_tables(PostgresSource(url), [table], open_lake(folder))
print(report.tables[0].landed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.parametrize("connections", [1, 3])
def test_a_connection_that_falls_silent_is_ended_and_the_next_run_loses_nothing(shop: Shop, connections: int) -> None:
    shop.do("insert into orders select n, now(), n from generate_series(1, 100000) as n")
    port = int(str(conninfo_to_dict(shop.url)["port"]))
    with Proxy(port, falls_silent_after=1_000_000) as proxy:
        url = shop.url.replace(f":{port}/", f":{proxy.port}/")
        started = monotonic()
        with pytest.raises(SourceStalled, match=r"said nothing for 0\.5 seconds"):
            shop.extract(source=PostgresSource(url, stall_seconds=0.5, connections=connections))
        assert monotonic() - started < 30
    assert shop.extract().landed == 100_000


@pytest.mark.parametrize("connections", [1, 3])
def test_rows_that_nobody_takes_any_more_leave_the_connection_to_the_next_table(shop: Shop, connections: int) -> None:
    shop.do("insert into orders select n, now(), n from generate_series(1, 1000000) as n")
    table = orders()
    with PostgresSource(shop.url, connections=connections).snapshot() as snapshot:
        with pytest.raises(LakeError, match="no space"), snapshot.reader() as reader:
            _stop(reader.rows(table, reader.shape(table), None))
        with snapshot.reader() as reader:
            assert sum(batch.num_rows for batch in reader.rows(table, reader.shape(table), None)) == 1_000_000


def test_a_slow_reader_is_no_silent_server(shop: Shop) -> None:
    shop.do("insert into orders select n, now(), n from generate_series(1, 300000) as n")
    with PostgresSource(shop.url, stall_seconds=0.2).snapshot() as snapshot, snapshot.reader() as reader:
        table = orders()
        batches = reader.rows(table, reader.shape(table), None)
        first = next(batches).num_rows
        shop.do("select pg_sleep(1)")
        assert first + sum(batch.num_rows for batch in batches) == 300_000


def test_a_statement_that_takes_too_long_is_ended_by_the_server(shop: Shop) -> None:
    source = PostgresSource(shop.url, statement_seconds=0.2)
    with pytest.raises(SourceError, match="statement timeout"), source.snapshot() as snapshot:
        vars(snapshot)["_session"].connection.execute("select pg_sleep(9)")


@pytest.mark.parametrize("connections", [1, 3])
def test_a_server_that_ends_idle_transactions_does_not_end_the_snapshot(shop: Shop, connections: int) -> None:
    shop.order(1, "now()")
    for name in ("idle_in_transaction_session_timeout", "idle_session_timeout"):
        shop.do(f"alter database {conninfo_to_dict(shop.url)['dbname']} set {name} = '100ms'")
    table = orders()
    with PostgresSource(shop.url, connections=connections).snapshot() as snapshot:
        sleep(0.5)
        with snapshot.reader() as reader:
            sleep(0.5)
            assert sum(batch.num_rows for batch in reader.rows(table, reader.shape(table), None)) == 1
        with snapshot.reader() as reader:
            assert reader.highest(table, snapshot.moment.at) is not None


def test_what_is_allowed_is_what_is_done(shop: Shop) -> None:
    source = Sources({"shop": shop.url}, Limits(connections=1, statement_seconds=0.2, stall_seconds=7)).of("shop")
    with source.snapshot() as snapshot, snapshot.reader() as reader:
        assert reader is vars(snapshot)["_session"]
    with pytest.raises(SourceError, match="statement timeout"), source.snapshot() as snapshot:
        vars(snapshot)["_session"].connection.execute("select pg_sleep(9)")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    source = PostgresSource("postgresql://me:secret@127.0.0.1:1/sales")  # pragma: allowlist secret
    told = r"postgresql://me:\*\*\*@127\.0\.0\.1:1/sales cannot be reached"
    with pytest.raises(SourceError, match=told) as refused, source.snapshot():
        pass
    assert "secret" not in str(refused.value)


def test_memory_does_not_grow_with_the_rows(shop: Shop) -> None:
    for name, rows in (("few", 100_000), ("many", 1_000_000)):
        shop.do(
            f"create table {name} as select n as id, now()::timestamp as last_updated, repeat('x', 100) as filling"
            f" from generate_series(1, {rows}) as n",
            f"alter table {name} alter last_updated set not null",
        )
    (few, little), (many, much) = (_extracted(shop, name) for name in ("few", "many"))
    assert (few, many) == (100_000, 1_000_000)
    assert much - little < 60


def _stop(batches: Iterator[pa.RecordBatch]) -> None:
    """Take the first rows and fail, as where the lake's disk is full."""
    next(batches)
    message = "There is no space."
    raise LakeError(message)


def _extracted(shop: Shop, name: str) -> tuple[int, int]:
    """The rows and the megabytes of an extract in a process of its own."""
    argv = [sys.executable, "-c", EXTRACT, shop.url, str(shop.folder / "lake"), name]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])  # noqa: S603 - made here
    rows, megabytes = done.stdout.split()
    return int(rows), int(megabytes)

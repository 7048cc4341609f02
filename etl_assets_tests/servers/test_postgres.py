"""The private server keeps its promises: real, alone, durable over a kill, gone when its owner is gone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from etl_assets_tests.servers.binaries import find_postgres
from etl_assets_tests.servers.postgres import Postgres

OWNER = """
import sys, time
from etl_assets_tests.servers.binaries import find_postgres
from etl_assets_tests.servers.binaries import find_postgres
from etl_assets_tests.servers.postgres import Postgres
server = Postgres(find_postgres()).start()
print(server.pid, server.data, flush=True)
time.sleep(60)
"""


def test_each_test_gets_an_empty_database_of_its_own(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("select count(*) from pg_stat_user_tables").fetchone()
        connection.execute("create table seen (x int)")
    assert tables == (0,)


def test_the_next_test_does_not_see_that_table(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select to_regclass('seen')").fetchone() == (None,)


def test_the_server_listens_on_loopback_only(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)


def test_what_was_committed_is_there_after_a_kill(own_postgres: Postgres) -> None:
    with psycopg.connect(own_postgres.url()) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute("create table kept as select 7 as x")
    own_postgres.kill()
    assert not own_postgres.is_running
    with psycopg.connect(own_postgres.start().url()) as connection:
        assert connection.execute("select x from kept").fetchone() == (7,)


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_restart_keeps_the_port_and_ends_open_connections(own_postgres: Postgres, how: str) -> None:
    port = own_postgres.port
    with psycopg.connect(own_postgres.url()) as connection:
        own_postgres.restart("fast" if how == "fast" else "immediate")
        assert own_postgres.port == port
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_where_the_machine_has_no_postgresql_the_bundled_one_serves(tmp_path: Path) -> None:
    programs = find_postgres(path="", debian=tmp_path)
    assert programs is not None
    server = Postgres(programs).start()
    try:
        with psycopg.connect(server.url()) as connection:
            assert connection.info.server_version >= 130000
    finally:
        server.close()


def test_a_server_whose_owner_is_killed_ends_and_leaves_no_folder() -> None:
    argv = [sys.executable, "-c", OWNER]
    owner = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)  # noqa: S603 - a constant program
    assert owner.stdout is not None
    pid, data = owner.stdout.readline().split()
    owner.kill()
    owner.communicate()
    until = time.monotonic() + 10
    while time.monotonic() < until and (_lives(int(pid)) or Path(data).exists()):
        time.sleep(0.05)
    assert not _lives(int(pid))
    assert not Path(data).parent.exists()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

"""What every test may ask for: a clean environment, a private PostgreSQL, the real data beside the project."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from psycopg import sql

from etl_assets.names import GENERATED
from etl_assets_tests.properties.proof import PROPERTY, summary
from etl_assets_tests.servers.binaries import find_postgres
from etl_assets_tests.servers.http_proxy import HttpProxy
from etl_assets_tests.servers.postgres import Postgres
from etl_assets_tests.servers.s3 import ENVIRONMENT, S3Server

_REQUIRE_SERVERS = os.environ.get("TESTS_REQUIRE_SERVERS") == "1"
_REAL_DATA = Path(os.environ.get("TESTS_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
_DEVELOPERS_OWN = ("ETL_", "AWS_", "DAGSTER_", "PG")
_numbers = count(1)

settings.register_profile("unshrunk", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True)
"""For those who want to know whether a test fails, not why, and the same every time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use PostgreSQL, so that ``-m postgres`` finds them."""
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what a proof has covered, in whichever processes its shards ran."""
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    accounts = [str(value) for report in passed for name, value in report.user_properties if name == PROPERTY]
    for line in summary(accounts):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(_DEVELOPERS_OWN)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ETL_SETTLE_SECONDS", "0")


@pytest.fixture(autouse=True)
def _what_others_declare_stays() -> Iterator[None]:
    """A table that a test declares under a name of the code location's takes that one's SQL until the test ends."""
    before = dict(GENERATED)
    yield
    GENERATED.update(before)


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[Postgres]:
    """A cluster that never runs: others copy its files."""
    programs = find_postgres()
    if programs is None:
        missing = "No PostgreSQL: install Debian's postgresql, or the development packages of requirements.lock."
        pytest.fail(missing) if _REQUIRE_SERVERS else pytest.skip(missing)
    template = Postgres(programs)
    yield template
    template.close()


@pytest.fixture(scope="session")
def postgres_server(postgres_template: Postgres) -> Iterator[Postgres]:
    """A running PostgreSQL that the tests of this process share; none of them stops it."""
    server = Postgres(postgres_template.programs, template=postgres_template).start()
    yield server
    server.close()


@pytest.fixture
def own_postgres(postgres_template: Postgres) -> Iterator[Postgres]:
    """A running PostgreSQL for one test, which may stop or kill it."""
    server = Postgres(postgres_template.programs, template=postgres_template).start()
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a new, empty database."""
    name = f"test_{next(_numbers)}"
    postgres_server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    yield postgres_server.url(name)
    postgres_server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running server of buckets and queues that the tests of this process share."""
    server = S3Server()
    yield server.ready()
    server.close()


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The same, with an environment that leads there; waits before another attempt are short."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
    monkeypatch.setattr("etl_assets.bucket.sleep", lambda _: None)
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": s3_server.url}.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture
def s3_proxy(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpProxy]:
    """A proxy before it, which the environment leads to, and which does what it is told to requests."""
    with HttpProxy(s3.port) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        yield proxy


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data that stands beside a checkout of the maintainers."""
    if not _REAL_DATA.is_dir():
        pytest.skip(f"No real data in {_REAL_DATA}: set TESTS_REAL_DATA to its folder.")
    return _REAL_DATA

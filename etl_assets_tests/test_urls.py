"""The addresses of warehouses: refused early, and never shown with a secret."""

from pathlib import Path

import pytest

from etl_assets.errors import SettingsError, WarehouseError
from etl_assets.urls import duckdb_parts, shown_url, warehouse_url, without_secrets
from etl_assets.warehouse.engines import open_engine


def refusal(url: str) -> str:
    with pytest.raises(SettingsError) as refused:
        warehouse_url("ETL_WAREHOUSE_URL", url)
    return str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:canary@host:5432/db",  # pragma: allowlist secret
        "postgresql://me@host/db?password=canary",
        "postgresql://me@host/db?%70assword=canary",
        "postgresql://me@host/db?sslpassword=canary&sslmode=require",
        "postgresql://me:can%61ry@host/db",  # pragma: allowlist secret
        "postgresql://me:x?canary@host/db",  # pragma: allowlist secret
        "postgresql://me:%2xcanary@host/db",  # pragma: allowlist secret
        "postgresql://me:canary@[::1/db",  # pragma: allowlist secret
        "postgresql://me:x/canary@host/db",  # pragma: allowlist secret
        "postgresql://me:12/canary@host/db",  # pragma: allowlist secret
        "postgresql://me:x@canary@host/db",  # pragma: allowlist secret
        "postgresql://me:canary/x@host/db",  # pragma: allowlist secret
        "ftp://me:canary@host/x",  # pragma: allowlist secret
        "ftp://host/x?password=canary",
        "ftp://me:canary@[::1/x",  # pragma: allowlist secret
    ],
)
def test_a_shown_url_has_no_secret(url: str) -> None:
    shown = shown_url(url)
    assert "canary" not in shown
    assert "can%61ry" not in shown
    assert "***" in shown


def test_a_shown_url_has_all_the_rest() -> None:
    url = "postgresql://me:x@[::1]:5432,b:2/my%20db?sslmode=require&sslpassword=x"  # pragma: allowlist secret
    assert shown_url(url) == "postgresql://me:***@[::1]:5432,b:2/my%20db?sslmode=require&sslpassword=***"
    assert shown_url("postgres://host/db") == "postgresql://host/db"
    assert shown_url("postgresql:///db") == "postgresql:///db"
    assert shown_url("duckdb:///x.duckdb") == "duckdb:///x.duckdb"
    assert shown_url("s3://bucket/path") == "s3://bucket/path"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:%2xcanary@host/db",  # pragma: allowlist secret
        "postgresql://me:canary@[::1/db",  # pragma: allowlist secret
        "postgresql://me:x/canary@host/db",  # pragma: allowlist secret
        "postgresql://me:x@canary@host/db",  # pragma: allowlist secret
        "postgresql://host/db?canary=1",
    ],
)
def test_what_libpq_cannot_read_is_refused_without_its_words(url: str) -> None:
    text = refusal(url)
    assert text.startswith("ETL_WAREHOUSE_URL is no URL that PostgreSQL's client understands. Write postgresql://user@")
    assert "canary" not in text


def test_what_is_no_url_is_not_repeated() -> None:
    text = refusal("host=localhost password=canary")
    assert text == "ETL_WAREHOUSE_URL is no URL. Use duckdb:///FILE or postgresql://user@host:port/database."
    assert "unknown scheme 'mysql'" in refusal("mysql://me:canary@host")  # pragma: allowlist secret


@pytest.mark.parametrize(
    "url", ["duckdb://foo.duckdb", "duckdb:///", "duckdb:///:memory:", "duckdb:///var/", "duckdb://"]
)
def test_a_duckdb_url_without_a_file_is_refused(url: str) -> None:
    assert refusal(url).startswith(f"ETL_WAREHOUSE_URL is {url}")
    assert "duckdb:///" in refusal(url).partition(". ")[2]


def test_a_file_that_duckdb_would_name_as_the_ledgers_is_refused() -> None:
    with pytest.raises(SettingsError, match="Give the file another name"):
        warehouse_url("ETL_WAREHOUSE_URL", "duckdb:////srv/etl.duckdb?threads=2")
    assert warehouse_url("ETL_WAREHOUSE_URL", "duckdb:////srv/etl/our_etl.duckdb")


def test_the_options_of_duckdb_stand_behind_the_file() -> None:
    url = "duckdb:///srv/x.duckdb?memory_limit=2GB&threads=3"
    assert warehouse_url("ETL_WAREHOUSE_URL", url) == url
    assert duckdb_parts(url) == (Path("srv/x.duckdb"), {"memory_limit": "2GB", "threads": "3"})
    assert "unknown option memory" in refusal("duckdb:///x.duckdb?memory=2GB")
    assert "names no file" in refusal("duckdb:///?memory_limit=2GB")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "names no file" in refusal(f"duckdb:///{tmp_path}")


def test_what_works_stays_and_postgres_is_postgresql() -> None:
    for url in ("duckdb:///x.duckdb", "duckdb:////srv/x.duckdb", "postgresql://me@host:1/db?sslmode=require"):
        assert warehouse_url("ETL_WAREHOUSE_URL", url) == url
    assert warehouse_url("ETL_WAREHOUSE_URL", "postgres://me@host/db") == "postgresql://me@host/db"


def test_a_driver_that_quotes_a_secret_is_not_repeated() -> None:
    url = "postgresql://me:canary@host/db"  # pragma: allowlist secret
    assert without_secrets("bad word canary", url) == "bad word ***"
    assert without_secrets("canary", "duckdb:///canary") == "canary"


def test_a_connection_that_fails_shows_no_secret() -> None:
    engine = open_engine("postgresql://me@127.0.0.1:1/db?password=canary")
    with pytest.raises(WarehouseError, match="cannot be reached") as failure, engine.reading():
        pass
    assert "canary" not in str(failure.value)

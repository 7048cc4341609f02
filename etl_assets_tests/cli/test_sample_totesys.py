"""``etl-assets sample totesys``: a database instead of files."""

from contextlib import closing
from sqlite3 import connect

from etl_assets_tests.cli.conftest import Shell


def test_the_sample_is_written_below_home_and_gone_on_with(shell: Shell) -> None:
    written = shell.document("sample", "totesys")["totesys"]
    assert written["database"] == f"sqlite:///{shell.home}/totesys.db"
    assert written["history"] == f"{shell.home}/totesys_history.db"
    assert (written["days"], written["written"]["days"]) == (0, 521)
    with closing(connect(shell.home / "totesys.db")) as connection:
        (count,) = connection.execute("select count(*) from payment").fetchone()
    assert written["rows"]["payment"] == count > 15_000
    again = shell.ok("sample", "totesys", "--days", "2")
    assert again.startswith("totesys: 11 tables with ")
    assert f" rows in sqlite:///{shell.home}/totesys.db, 2 days with " in again
    assert "nothing of it new; all changes in " in shell.ok("sample", "totesys", "--days", "1")
    line = shell.error("sample", "totesys", "--seed", "2")
    assert "totesys.db holds the sample of scale 1, seed 1, not 1 and 2. Give the same numbers" in line


def test_it_is_written_to_the_url_that_is_given_and_its_history_is_named_after_it(
    shell: Shell, postgres_url: str
) -> None:
    written = shell.document("sample", "totesys", "--url", postgres_url)["totesys"]
    place = postgres_url.rpartition("@")[2].replace(":", "_")
    host, _, database = place.partition("/")
    assert written["database"] == postgres_url
    assert written["history"] == f"{shell.home}/{database}_{host}_history.db"
    assert not (shell.home / "totesys.db").exists()
    shell.setenv("ETL_TOTESYS_URL", postgres_url)
    assert "nothing of it new" in shell.ok("sample", "totesys")


def test_an_address_that_cannot_work_is_refused(shell: Shell) -> None:
    nobody = "postgresql://me:secret@127.0.0.1:1/shop"  # pragma: allowlist secret - made up
    line = shell.error("sample", "totesys", "--url", nobody)
    assert line.startswith("error: The database postgresql://me:***@127.0.0.1:1/shop cannot be reached: ")
    assert line.endswith("Check ETL_TOTESYS_URL or --url, and that the server accepts connections.")
    forms = "Use sqlite:///FILE or postgresql://user@host:port/database."
    assert shell.error("sample", "totesys", "--url", "x.db") == f"error: --url is no URL. {forms}"
    assert shell.document("sample", "totesys", "--url", "mysql://x") == {
        "error": "--url has the unknown scheme 'mysql'.",
        "mend": forms,
    }
    assert not shell.home.exists()


def test_a_database_of_somebody_else_is_refused_by_the_name_of_its_tables(shell: Shell) -> None:
    shell.home.mkdir()
    with closing(connect(shell.home / "totesys.db")) as connection:
        connection.execute("create table mine (a)")
    assert shell.error("sample", "totesys").endswith(
        "totesys.db has tables that are not of a sample: mine. Give an empty database; nothing was touched."
    )


def test_a_url_without_a_sample_that_has_a_database_is_refused(shell: Shell) -> None:
    line = shell.error("sample", "support", "--url", "sqlite:///x.db")
    assert line.startswith("error: --url is given, and the sample of support has no database.")
    assert not (shell.home / "landing").exists()

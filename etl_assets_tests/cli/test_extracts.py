"""What the verbs say of a database: how far its extracts have come, what is refused, whether it can be extracted."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from etl_assets.samples.totesys.write import open_business
from etl_assets_tests.cli.conftest import Shell

STAFF = "totesys/staging/staff"


def change(shell: Shell, *statements: str) -> None:
    """Change the database in SQLite."""
    with closing(sqlite3.connect(shell.home / "totesys.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def business(shell: Shell) -> Shell:
    """A business whose tables were extracted, and one of them then changed."""
    open_business(f"sqlite:///{shell.home}/totesys.db")
    assert shell.document("run", "totesys")["success"]
    change(shell, "alter table staff rename column email_address to email")
    return shell


def test_a_refused_table_is_named_by_run_status_and_catalogue_until_it_is_accepted(business: Shell) -> None:
    ran = business.call("run", "totesys")
    assert ran.exit_code == 1
    told = {line.rpartition("(")[2].rstrip(")"): line for line in ran.stderr.splitlines()}
    assert set(told) == {"totesys/raw/staff", "totesys/raw/complete"}
    said = "staff has changed in the source: email_address is gone; email (text) is new. Nothing of it was taken."
    assert told["totesys/raw/staff"].startswith(f"error: {said}")
    assert f"`etl-assets catalogue accept {STAFF}`" in told["totesys/raw/staff"]
    rows = {line.split()[0]: line.split()[-1] for line in ran.stdout.splitlines() if line.startswith(" totesys/")}
    assert [rows[f"totesys/{name}"] for name in ("raw/staff", "staging/staff", "staging/design")] == [
        "failed", "skipped", "ok",
    ]  # fmt: skip
    shown = business.call("status", "totesys")
    assert (shown.exit_code, f"refused: {STAFF}: email_address is gone; email (text) is new" in shown.stdout) == (
        1,
        True,
    )
    assert "failed: totesys/raw/staff (" in shown.stdout
    states = {one["table"]: one["verdict"] for one in business.document("catalogue", "list")}
    assert [name for name, verdict in states.items() if verdict == "refused"] == [STAFF]
    business.ok("catalogue", "accept", STAFF)
    assert business.document("catalogue", "show", STAFF)["verdict"] == "accepted"
    assert (
        business.error("catalogue", "accept", STAFF)
        == f"error: {STAFF} has no refused state. Nothing has to be accepted."
    )


def test_a_source_that_is_put_back_is_no_trouble_any_more(business: Shell) -> None:
    assert business.call("run", "totesys").exit_code == 1
    change(business, "alter table staff rename column email to email_address")
    business.ok("run", "totesys")
    assert "failed:" not in business.call("status", "totesys").stdout


def test_a_run_compares_nothing_with_the_source(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    open_business(f"sqlite:///{shell.home}/totesys.db")
    compared: list[object] = []
    monkeypatch.setattr("etl_assets.reconcile.reconcile", lambda *_, **__: compared.append(1))
    shell.ok("run", "totesys")
    assert not compared


def test_status_says_how_far_each_table_has_come(shell: Shell) -> None:
    open_business(f"sqlite:///{shell.home}/totesys.db")
    shell.ok("run", "totesys")
    extracts = {one["dataset"]: one for one in shell.document("status", "totesys")["totesys"]["extracts"]}
    with closing(sqlite3.connect(shell.home / "totesys.db")) as connection:
        ((rows, newest),) = connection.execute("select count(*), max(last_updated) from staff").fetchall()
    assert (extracts[STAFF]["rows"], extracts[STAFF]["batches"], extracts[STAFF]["refused"]) == (rows, 1, "")
    assert extracts[STAFF]["watermark"].startswith(newest[:19])


def test_doctor_names_what_cannot_be_extracted(business: Shell) -> None:
    change(business, "drop table department", "alter table currency rename column last_updated to moved")
    (found,) = [one for one in business.document("doctor") if one["what"] == "totesys"]
    assert not found["ok"]
    assert "The source has no table department" in found["said"]
    assert "currency has no column last_updated, its cursor" in found["said"]


def test_doctor_is_content_with_a_role_that_may_only_read_and_says_what_it_does_not_see(
    shell: Shell, postgres_url: str
) -> None:
    open_business(postgres_url)
    role = f"reader_{postgres_url.rpartition('/')[2]}"
    with psycopg.connect(postgres_url, autocommit=True) as session:
        session.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        session.execute(sql.SQL("grant select on all tables in schema public to {}").format(sql.Identifier(role)))
    shell.setenv("ETL_TOTESYS_URL", postgres_url.replace("postgres@", f"{role}@"))
    try:
        (found,) = [one for one in shell.document("doctor") if one["what"] == "totesys"]
        assert found["ok"], found
        assert "11 tables, each with its cursor (The role has no pg_read_all_stats" in found["said"]
        with psycopg.connect(postgres_url, autocommit=True) as session:
            session.execute(sql.SQL("grant pg_read_all_stats to {}").format(sql.Identifier(role)))
            session.execute(sql.SQL("revoke select on staff from {}").format(sql.Identifier(role)))
        (found,) = [one for one in shell.document("doctor") if one["what"] == "totesys"]
        assert (found["ok"], "permission denied for table staff" in found["said"]) == (False, True)
        assert "pg_read_all_stats" not in found["said"]
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as session:
            session.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))
            session.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def test_the_password_of_a_source_is_never_shown(shell: Shell) -> None:
    shell.setenv("ETL_TOTESYS_URL", "postgresql://me:secret@127.0.0.1:1/shop")  # pragma: allowlist secret - made up
    for verb in (("run", "totesys"), ("doctor",)):
        result = shell.call(*verb)
        assert result.exit_code == 1
        assert "secret" not in result.output
        assert "postgresql://me:***@127.0.0.1:1/shop cannot be reached" in result.output

"""The sample on real databases: types, transactions that are open at one time, kills, and what is not touched."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from etl_assets.errors import LoadRefused, SourceError
from etl_assets.samples.totesys import open_business
from etl_assets.samples.totesys.day import commits_of
from etl_assets.samples.totesys.schema import PAYMENT, TABLES
from etl_assets.samples.totesys.story import HISTORY, Story
from etl_assets.samples.totesys.target import Mark
from etl_assets.samples.totesys.write import open_target
from etl_assets_tests.samples.business import Business
from etl_assets_tests.servers.postgres import Postgres

OPEN_TOGETHER = """
select count(*) from payment as late, payment as early
where late.created_at >= '2024-12-30' and early.created_at >= '2024-12-30'
    and pg_xact_commit_timestamp(late.xmin) > pg_xact_commit_timestamp(early.xmin)
    and late.xmin::text::bigint < early.xmin::text::bigint and late.last_updated < early.last_updated
"""


@pytest.fixture(scope="module")
def server(postgres_template: Postgres) -> Iterator[Postgres]:
    """A PostgreSQL that remembers when each transaction was committed."""
    settings = {"track_commit_timestamp": "on"}
    server = Postgres(postgres_template.programs, template=postgres_template, settings=settings).start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def served(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Business:
    """The same business on PostgreSQL, in pieces."""
    return Business.opened(tmp_path_factory.mktemp("served"), server.url()).lived(2).lived(4)


def test_postgresql_has_the_same_rows_and_history_as_sqlite(business: Business, served: Business) -> None:
    assert served.differs() == []
    for table in TABLES:
        assert served.rows(table) == business.rows(table)
    with served.book() as one, business.book() as other:
        assert all([*one.history(table)] == [*other.history(table)] for table in TABLES)


def test_long_transactions_are_really_open_while_others_commit(served: Business) -> None:
    ((pairs,),) = served.query(OPEN_TOGETHER)
    assert int(str(pairs)) > 20


def test_the_types_are_those_of_the_source(served: Business) -> None:
    query = (
        "select table_name || '.' || column_name, udt_name, coalesce(numeric_precision, datetime_precision),"
        " numeric_scale, is_nullable from information_schema.columns where table_schema = 'public'"
    )
    found = {str(row[0]): row[1:] for row in served.query(query)}
    assert found["sales_order.unit_price"] == ("numeric", 10, 2, "NO")
    assert found["payment.payment_amount"] == ("numeric", 10, 2, "NO")
    assert found["payment.paid"][0] == "bool"
    assert found["sales_order.agreed_delivery_date"] == ("text", None, None, "NO")
    assert found["transaction.transaction_type"][0] == "transaction_type_enum"
    assert found["payment_type.payment_type_name"][0] == "payment_type_enum"
    assert {row for name, row in found.items() if name.endswith(("created_at", "last_updated"))} == {
        ("timestamp", 3, None, "NO")
    }
    assert {name for name, row in found.items() if row[3] == "YES"} == {
        "address.address_line_2", "address.district", "counterparty.commercial_contact",
        "counterparty.delivery_contact", "department.location", "department.manager",
        "transaction.sales_order_id", "transaction.purchase_order_id",
    }  # fmt: skip


def test_the_columns_stand_where_the_source_has_them(business: Business) -> None:
    for table in TABLES:
        place = 1 if table.name in {"sales_order", "purchase_order", "payment"} else len(table.columns) - 2
        assert table.columns[place : place + 2] == ("created_at", "last_updated")
        declared = business.query(f"select name, type, \"notnull\" from pragma_table_info('{table.name}')")
        assert tuple(name for name, *_ in declared) == table.columns
        assert {str(kind).lower() for _, kind, _ in declared} <= {
            "integer", "text", "timestamp(3)", "numeric(10, 2)", "boolean",
        }  # fmt: skip


def test_a_call_that_was_killed_before_its_history_was_kept_goes_on_as_if_it_had_not_been(
    business: Business, young: Business, tmp_path: Path
) -> None:
    killed = young.copied(tmp_path).lived(2)
    shutil.copy(young.history, killed.history)
    assert killed.write(4).written.days == 4
    assert killed.dump() == business.dump()


def test_on_postgresql_a_day_that_was_half_written_is_completed(
    server: Postgres, served: Business, tmp_path: Path
) -> None:
    server.execute("create database half template postgres")
    half = Business(server.url("half"), tmp_path / "history.db")
    shutil.copy(served.history, half.history)
    with half.book() as book, open_target(half.url) as target:
        commits = commits_of(Story(1, 1), book, HISTORY + 5)
        target.live(commits[:7], Mark(1, 1, book.commits + 7))
    assert half.differs() != []
    assert half.write(5).written.commits == len(commits)
    assert half.differs() == []


def test_a_history_that_is_behind_its_database_catches_up(served: Business, tmp_path: Path) -> None:
    behind = Business(served.url, tmp_path / "history.db")
    behind.write(3)
    assert behind.differs() != []
    behind.write(4)
    assert behind.differs() == []


def test_a_history_that_was_lost_is_made_again(business: Business, tmp_path: Path) -> None:
    lost = business.copied(tmp_path)
    lost.history.unlink()
    lost.write(4)
    assert lost.dump() == business.dump()


def test_a_database_that_was_taken_away_begins_anew(young: Business, business: Business, tmp_path: Path) -> None:
    gone = business.copied(tmp_path)
    gone.file.unlink()
    gone.write(0)
    assert gone.dump() == young.dump()


def test_a_database_that_was_put_back_is_refused(young: Business, business: Business, tmp_path: Path) -> None:
    back = business.copied(tmp_path)
    shutil.copy(young.file, back.file)
    with pytest.raises(LoadRefused, match=r"has fewer commits than its history .*: it was put back or replaced\."):
        back.write(4)
    assert back.rows(PAYMENT) == young.rows(PAYMENT)


def test_other_tables_are_refused_by_name_and_not_touched(tmp_path: Path, postgres_url: str) -> None:
    place = Business.opened(tmp_path)
    with closing(sqlite3.connect(place.file)) as connection:
        connection.executescript("create table mine (a); insert into mine values (1); create view seen as select 1")
    before = place.file.read_bytes()
    with pytest.raises(LoadRefused, match=r"totesys\.db has tables that are not of a sample: mine, seen\."):
        place.write(0)
    assert (place.file.read_bytes(), place.history.exists()) == (before, False)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("create schema other")
        connection.execute("create table other.theirs (a integer)")
        connection.execute("create table address (a integer)")
    there = Business(postgres_url, tmp_path / "there_history.db")
    with pytest.raises(LoadRefused, match=r"tables that are not of a sample: address, other\.theirs\."):
        there.write(0)
    assert there.query("select count(*) from information_schema.tables where table_schema in ('public', 'other')") == [
        (2,)
    ]
    assert there.query("select count(*) from pg_type where typtype = 'e'") == [(0,)]


def test_a_sample_of_another_seed_is_not_gone_on_with(business: Business, tmp_path: Path) -> None:
    other = business.copied(tmp_path)
    with pytest.raises(LoadRefused, match=r"holds the sample of scale 1, seed 1, not 1 and 9\."):
        other.write(5, seed=9)
    assert other.dump() == business.dump()


def test_what_is_in_the_place_of_a_file_is_left_there(tmp_path: Path) -> None:
    place = Business.opened(tmp_path)
    place.history.write_text("my notes, which are no database at all" * 100)
    with pytest.raises(SourceError, match="is in the place of the sample's history and is none"):
        place.write(0)
    assert place.history.read_text().startswith("my notes")
    place.file.unlink()
    place.file.write_text("nor is this" * 1000)
    with pytest.raises(SourceError, match=r"totesys\.db cannot be opened: file is not a database\."):
        place.write(0)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/shop"  # pragma: allowlist secret - made up
    with pytest.raises(SourceError, match=r"postgresql://me:\*\*\*@127\.0\.0\.1:1/shop cannot be reached") as failure:
        Business(url, tmp_path / "history.db").write(0)
    assert "secret" not in str(failure.value)


def test_a_database_that_may_not_be_written_says_so(postgres_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"alter database {connection.info.dbname} set default_transaction_read_only = on".encode())
    with pytest.raises(SourceError, match=r"refuses the sample: cannot execute .* in a read-only transaction"):
        Business(postgres_url, tmp_path / "history.db").write(0)


def test_a_table_that_somebody_changed_stops_the_sample_by_name_and_whole(business: Business, tmp_path: Path) -> None:
    changed = business.copied(tmp_path)
    with closing(sqlite3.connect(changed.file)) as connection:
        connection.execute("alter table staff rename column email_address to mail")
        connection.execute("alter table payment drop column payment_date")
    before = changed.dump()
    with pytest.raises(SourceError, match=r"totesys\.db refuses the sample: .* payment_date\."):
        changed.write(5)
    assert changed.dump() == before


def test_a_business_that_is_only_opened_has_its_first_rows_and_no_order(postgres_url: str, tmp_path: Path) -> None:
    (commit,) = open_business(postgres_url)
    there = Business(postgres_url, tmp_path / "history.db")
    counts = {table.name: len(there.rows(table)) for table in TABLES}
    assert sum(counts.values()) == len(commit.changes)
    assert (counts["address"], counts["design"], counts["sales_order"]) == (30, 10, 0)

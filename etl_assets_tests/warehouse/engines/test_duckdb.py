"""What DuckDB alone can do wrong: words of its own where ours are due."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from etl_assets.errors import LakeError, WarehouseError
from etl_assets.warehouse.engines import Engine, open_engine

SCHEMA = pa.schema([("n", pa.int64())])


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    """A DuckDB file with a table of one number."""
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    with engine.writing() as session:
        session.run("create table numbers (n bigint primary key)")
        session.run("insert into numbers values (1)")
    return engine


def test_a_commit_that_is_refused_is_one_of_our_errors(file: Engine) -> None:
    with pytest.raises(WarehouseError, match="refused to commit") as refused, file.writing() as session:
        session.run("rollback")
    assert refused.value.mend


def test_a_rollback_that_fails_does_not_hide_what_went_wrong_first(file: Engine) -> None:
    def fail() -> None:
        with file.writing() as session:
            session.run("rollback")
            message = "first"
            raise LookupError(message)

    with pytest.raises(LookupError, match="first"):
        fail()


def test_an_error_of_the_one_who_brings_rows_comes_out_as_it_is(engine: Engine) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch([[2]], schema=SCHEMA)
        message = "A file of the lake is damaged."
        raise LakeError(message, mend="Bring it back.")

    with engine.writing() as session:
        session.run("create table numbers (n bigint)")
    with pytest.raises(LakeError) as failed, engine.writing() as session:
        session.load("numbers", pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    assert (failed.value.message, failed.value.mend) == ("A file of the lake is damaged.", "Bring it back.")


def test_rows_that_do_not_fit_their_table_are_still_the_warehouse_s_error(file: Engine) -> None:
    with pytest.raises(WarehouseError, match="refused a statement"), file.writing() as session:
        session.load("numbers", pa.table({"n": [1]}).to_reader())


def test_an_error_found_while_rows_are_fetched_is_one_of_ours(file: Engine) -> None:
    with pytest.raises(WarehouseError, match="refused a statement"), file.reading() as session:
        session.rows("select cast(case when i = 900000 then 'x' else '1' end as integer) from range(1000000) as t(i)")


def test_a_reader_reaches_no_other_file_and_cannot_change_that(file: Engine, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("canary\n")
    for statement in (
        f"select * from read_text('{tmp_path}/other.csv')",
        f"attach '{tmp_path}/other.duckdb'",
        f"copy numbers to '{tmp_path}/numbers.csv'",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ):
        with pytest.raises(WarehouseError), file.reading() as session:
            session.rows(statement)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "other.csv",
        "warehouse.duckdb",
        "warehouse.duckdb.lock",
    ]


def test_to_read_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"duckdb:///{tmp_path / 'new' / 'warehouse.duckdb'}")
    with engine.reading() as session:
        assert session.value("select 1") == 1
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "made",
    ["create table many as select i from numbers where i < 0", "create table many (i bigint)"],
)
def test_rows_behind_none_in_one_transaction_are_seen(tmp_path: Path, made: str) -> None:
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    with engine.writing() as session:
        session.run("set threads = 2")
        session.run("create temp table numbers as select i from range(400000) as r(i)")
        session.run(made)
        session.run("insert into many select i from numbers where i < 0")
        session.run("insert into many select i from numbers")
        assert session.rows("select count(distinct i), sum(i) from many") == [(400000, 79999800000)]


def test_what_a_session_holds_in_memory_is_limited_and_the_url_has_the_last_word(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    settings = "select current_setting('memory_limit'), current_setting('temp_directory')"
    with open_engine(url).writing() as session:
        assert session.rows(settings) == [("549.3 MiB", f"{tmp_path / 'warehouse.duckdb'}.tmp")]
    with open_engine(f"{url}?memory_limit=64MB&threads=1").reading() as session:
        assert session.rows(settings) == [("61.0 MiB", f"{tmp_path / 'warehouse.duckdb'}.tmp")]
        assert session.value("select current_setting('threads')") == 1
        assert session.value("select count(*) from (select distinct md5(cast(i as text)) from range(3000000) as r(i))")


def test_an_option_that_means_nothing_is_named(tmp_path: Path) -> None:
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}?memory_limit=much")
    with pytest.raises(WarehouseError, match=r"cannot be opened: .*Memory"), engine.writing():
        pass


def opened_elsewhere(path: Path) -> str:
    """What another process reads of the file."""
    script = f"import duckdb; print(duckdb.connect({str(path)!r}).execute('select n from numbers').fetchall())"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - a script of this test
    return done.stdout.strip()


def test_between_two_sessions_of_a_process_the_file_is_whole_and_free(file: Engine, tmp_path: Path) -> None:
    for n in (2, 3):
        with file.writing() as session:
            session.run("create temp table other as select 1 as n")
            session.run(f"insert into numbers values ({n})")
        assert not (tmp_path / "warehouse.duckdb.wal").exists()
        assert opened_elsewhere(tmp_path / "warehouse.duckdb").count("(") == n


@pytest.mark.parametrize("name", ["memory.duckdb", 'it\'s "mine".duckdb', "temp.duckdb", "select"])
def test_a_file_may_be_called_anything(tmp_path: Path, name: str) -> None:
    engine = open_engine(f"duckdb:///{tmp_path / name}")
    for _ in range(2):
        with engine.writing() as session:
            session.run("create table if not exists numbers (n bigint)")
            session.run("create or replace view later as select n + 1 as n from numbers")
            session.run("insert into numbers values (1)")
    with engine.reading() as session:
        assert session.rows("select n from later") == [(2,), (2,)]


def test_a_fork_and_another_file_do_not_use_what_this_process_keeps(file: Engine, tmp_path: Path) -> None:
    other = open_engine(f"duckdb:///{tmp_path / 'other' / 'warehouse.duckdb'}")
    with file.writing() as session, other.writing() as beside:
        beside.run("create table numbers (n bigint)")
        assert (session.value("select count(*) from numbers"), beside.value("select count(*) from numbers")) == (1, 0)
    if not (child := os.fork()):
        with file.writing() as session:
            session.run("insert into numbers values (7)")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with file.reading() as session:
        assert session.rows("select n from numbers order by n") == [(1,), (7,)]

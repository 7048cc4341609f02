"""What both engines promise: exact values in bulk, all or nothing, and one clear line when they cannot be reached."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from etl_assets.errors import SettingsError, WarehouseBusy, WarehouseError
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.engines.duckdb import DuckDBEngine
from etl_assets.warehouse.tables import create_schema, create_table
from etl_assets_tests.servers.postgres import Postgres

COLUMNS = {
    "words": "text",
    "big": "bigint",
    "small": "integer",
    "money": "numeric(38,10)",
    "ratio": "double precision",
    "yes": "boolean",
    "on_day": "date",
    "moment": "timestamp",
}
VALUES = {
    "words": ["", 'a"b\\N\r\n', "ß😀\u202e", None],
    "big": [-(2**63), 2**63 - 1, 0, None],
    "small": [-(2**31), 2**31 - 1, 0, None],
    "money": [Decimal("1234567890123456789012345678.0123456789"), Decimal("-0.0000000001"), Decimal(0), None],
    "ratio": [1e-308, 1.7976931348623157e308, 0.1, None],
    "yes": [True, False, True, None],
    "on_day": [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), None],
    "moment": [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(2000, 1, 1, 0, 0, 0, 1), None],  # noqa: DTZ001 - UTC without a zone
}
ARROW = pa.schema(
    [
        ("words", pa.string()),
        ("big", pa.int64()),
        ("small", pa.int32()),
        ("money", pa.decimal128(38, 10)),
        ("ratio", pa.float64()),
        ("yes", pa.bool_()),
        ("on_day", pa.date32()),
        ("moment", pa.timestamp("us")),
    ],
)


def loaded(engine: Engine) -> None:
    """Load every kind of value into ``shop_marts.things``."""
    table = pa.Table.from_pydict(VALUES, schema=ARROW)
    with engine.writing() as session:
        create_schema(session, "shop_marts")
        create_table(session, "shop_marts.things", COLUMNS)
        session.load("shop_marts.things", table.to_reader(max_chunksize=2))


def test_every_value_comes_back_exactly(engine: Engine) -> None:
    loaded(engine)
    with engine.reading() as session:
        rows = session.rows("select * from shop_marts.things")
    assert sorted(rows, key=repr) == sorted(zip(*VALUES.values(), strict=True), key=repr)


def test_arrow_batches_have_the_tables_types(engine: Engine) -> None:
    loaded(engine)
    with engine.reading() as session:
        table = session.batches("select * from shop_marts.things").read_all()
    assert table.schema.types == ARROW.types
    assert table.sort_by("big").to_pylist() == pa.Table.from_pydict(VALUES, schema=ARROW).sort_by("big").to_pylist()


def test_an_error_undoes_everything(engine: Engine) -> None:
    def half_written() -> None:
        with engine.writing() as session:
            session.run("create schema shop_marts")
            session.run("create table shop_marts.things as select 1 as one")
            session.run("this is no statement")

    with pytest.raises(WarehouseError, match="refused"):
        half_written()
    with engine.reading() as session:
        assert session.columns("shop_marts", "things") == {}


def test_a_reader_may_not_write(engine: Engine) -> None:
    loaded(engine)
    with pytest.raises(WarehouseError), engine.reading() as session:
        session.run("delete from shop_marts.things")


def test_a_refused_statement_says_why(engine: Engine) -> None:
    with pytest.raises(WarehouseError, match="nothing_here"), engine.reading() as session:
        session.rows("select * from nothing_here")


def test_the_columns_of_temporary_and_missing_tables_are_known(engine: Engine) -> None:
    with engine.writing() as session:
        session.run("create temp table passing as select cast(1 as bigint) as n")
        assert list(session.columns("", "passing")) == ["n"]
        assert session.columns("shop_marts", "nothing") == {}
        assert list(session.described("select cast(1 as bigint) as n, 'x' as w")) == ["n", "w"]


def test_an_engine_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingsError, match="oracle"):
        open_engine("oracle://host/db")


def test_a_duckdb_file_that_another_program_holds_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "held.duckdb"
    program = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as holder:  # noqa: S603 - a constant program
        try:
            assert holder.stdout is not None
            holder.stdout.readline()
            with (
                pytest.raises(WarehouseBusy, match="held by another program"),
                DuckDBEngine(f"duckdb:///{path}").writing(),
            ):
                pass
        finally:
            holder.kill()


def test_a_second_run_waits_for_the_first_and_then_gives_up_clearly(tmp_path: Path) -> None:
    class Impatient(DuckDBEngine):
        PATIENCE_SECONDS = 0.1

    url = f"duckdb:///{tmp_path / 'shared.duckdb'}"
    with DuckDBEngine(url).writing(), pytest.raises(WarehouseBusy, match="in use"), Impatient(url).writing():
        pass


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "text.duckdb"
    path.write_text("no database" * 1000)
    with pytest.raises(WarehouseError, match="cannot be opened"), DuckDBEngine(f"duckdb:///{path}").writing():
        pass


def test_a_server_that_does_not_answer_is_one_clear_line_without_the_password() -> None:
    engine = open_engine("postgresql://me:canary@127.0.0.1:1/warehouse")  # pragma: allowlist secret
    with pytest.raises(WarehouseError, match="cannot be reached") as failure, engine.writing():
        pass
    assert "canary" not in str(failure.value)


@pytest.mark.parametrize("last_words", ["select 1", None], ids=["at a statement", "at the commit"])
def test_a_server_that_dies_in_a_transaction_is_one_clear_line(own_postgres: Postgres, last_words: str | None) -> None:
    engine = open_engine(own_postgres.url("postgres"))

    def interrupted() -> None:
        with engine.writing() as session:
            own_postgres.kill()
            if last_words:
                session.run(last_words)

    with pytest.raises(WarehouseError):
        interrupted()

"""How a warehouse stands, told from its ledgers."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.status import (
    BrokenCheck,
    QuarantineStatus,
    WarehouseStatus,
    quarantined,
    status,
    waiting_loads,
)

AT = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - UTC without a zone, as in the ledgers


@pytest.fixture
def stood(engine: Engine) -> Engine:
    """Ledgers of two loads, a table that is behind and one of another warehouse."""
    with engine.writing() as session:
        for number, load_id, counts in ((1, "a", "1, 10, 7, 2, 1"), (2, "b", "2, 5, 5, 0, 0")):
            session.run(
                f"insert into etl.loads values ('shop/staging/items', {number}, '{load_id}', {counts}, 0.1,"
                f" timestamp '2026-01-0{number} 03:04:05')"
            )
        for model, version in (("shop/marts/sales", 1), ("shop/marts/sales", 2), ("shopping/marts/other", 1)):
            session.run(
                f"insert into etl.builds values ('{model}', {version}, 'd', {version}0, 0, 0, 0, 0.1,"
                " timestamp '2026-01-02 03:04:05')"
            )
        session.run("insert into etl.models values ('shop/marts/sales', 'shop/staging/items', 1)")
        session.run("insert into etl.models values ('shop/marts/sales', 'shopping/marts/other', 1)")
        session.run("insert into etl.checks values ('shop/marts/sales', 'all_is_well', true, 0, '[]', '')")
        session.run("insert into etl.checks values ('shop/marts/sales', 'prices_are_known', false, 3, '[]', '')")
        session.run(
            "insert into etl.quarantine (dataset, file_id, path, line, row_number, column_name, value, reason,"
            " load_number) values ('shop/staging/items', 1, 'items.csv', 7, 6, 'price', 'dear', 'not a number', 1)"
        )
        session.run(
            "insert into etl.quarantine (dataset, file_id, path, reason, load_number)"
            " values ('shop/staging/items', 2, 'more.csv', 'its compression is damaged', 2)"
        )
    return engine


def test_a_warehouse_that_was_never_run_has_nothing(engine: Engine) -> None:
    assert status(engine, "shop") == WarehouseStatus(warehouse="shop")
    assert waiting_loads(engine, {"shop/staging/items": ["a", "b"]}) == {"shop/staging/items": 2}


def test_loads_are_summed_and_the_last_one_is_told(stood: Engine) -> None:
    (items,) = status(stood, "shop").datasets
    assert (items.loads, items.files, items.loaded_at) == (2, 3, AT)
    assert (items.rows_read, items.rows_loaded, items.rows_quarantined, items.rows_duplicate) == (15, 12, 2, 1)


def test_a_table_tells_its_last_build_what_it_lacks_and_what_its_checks_found(stood: Engine) -> None:
    (sales,) = status(stood, "shop").tables
    assert (sales.model, sales.version, sales.rows, sales.built_at) == ("shop/marts/sales", 2, 20, AT)
    assert sales.behind == ("shop/staging/items",)
    assert sales.broken == (BrokenCheck(name="prices_are_known", blocking=False, bad_rows=3),)


def test_a_view_has_no_rows_of_its_own(stood: Engine) -> None:
    with stood.writing() as session:
        session.run("create schema shop_marts")
        session.run("create view shop_marts.sales as select 1 as sale")
    assert [table.rows for table in status(stood, "shop").tables] == [None]


def test_the_quarantine_tells_rows_and_files_apart_and_shows_the_last_first(stood: Engine) -> None:
    found = quarantined(stood, "shop/staging/items")
    assert (found.rows, found.files) == (1, 1)
    nothing = dict.fromkeys(("line", "column", "value"))
    assert found.sample == (
        {"file": "more.csv", **nothing, "reason": "its compression is damaged"},
        {"file": "items.csv", "line": 7, "column": "price", "value": "dear", "reason": "not a number"},
    )
    assert quarantined(stood, "shop/staging/other").sample == ()


def test_a_load_waits_until_the_ledger_has_it(stood: Engine) -> None:
    committed = {"shop/staging/items": ["a", "b", "c"], "shop/staging/other": ["d"]}
    assert waiting_loads(stood, committed) == {"shop/staging/items": 1, "shop/staging/other": 1}


def test_a_row_and_a_file_in_the_quarantine_are_told_by_dataset(stood: Engine) -> None:
    found = QuarantineStatus(dataset="shop/staging/items", files=1, rows=1, a_file="more.csv")
    assert status(stood, "shop").quarantine == (found,)
    assert status(stood, "shopping").quarantine == ()


def fail(engine: Engine, message: str) -> None:
    with pytest.raises(LookupError), engine.writing(asset="shop/marts/sales"):
        raise LookupError(message)


def test_what_failed_is_told_until_it_succeeds(stood: Engine) -> None:
    fail(stood, "first")
    fail(stood, "second")
    (failure,) = status(stood, "shop").failures
    assert (failure.asset, failure.message) == ("shop/marts/sales", "second")
    assert abs(datetime.now(UTC).replace(tzinfo=None) - failure.failed_at) < timedelta(minutes=1)
    with stood.writing(asset="shop/marts/other"):
        pass
    assert len(status(stood, "shop").failures) == 1
    with stood.writing(asset="shop/marts/sales"):
        pass
    assert status(stood, "shop").failures == ()


def test_a_failure_of_a_warehouse_that_was_never_written_is_told(engine: Engine) -> None:
    fail(engine, "first")
    assert [failure.message for failure in status(engine, "shop").failures] == ["first"]


def test_a_failure_that_cannot_be_written_down_hides_nothing(stood: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "note_failure", Mock(side_effect=WarehouseError("It is full.")))
    fail(stood, "first")


def test_ledgers_from_before_failures_were_kept_are_read_and_completed(stood: Engine) -> None:
    with stood.writing() as session:
        session.run("drop table etl.failures")
    assert (status(stood, "shop").failures, len(status(stood, "shop").datasets)) == ((), 1)
    fail(stood, "first")
    assert len(status(stood, "shop").failures) == 1

"""A check of each extracted table says what differs, in a job of its own."""

from dataclasses import replace
from pathlib import Path

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.factories.reconcile import EQUAL, reconciled
from etl_assets_tests.reconcile.ledgers import BOOKINGS, TABLE, Books, dataset_of


def test_the_checks_show_what_differs_and_warn(tmp_path: Path) -> None:
    books = Books(f"sqlite:///{tmp_path}/books.db", f"duckdb:///{tmp_path}/warehouse.duckdb", tmp_path).make()
    books.put("bookings", [(1, "2024-01-01 10:00:00.000", 1, "a", None), (2, "2024-06-01 10:00:00.000", 1, "a", None)])
    books.compare()
    books.do("update bookings set note = 'b' where id = 1", "update bookings set due_on = 'soon' where id = 2")
    lost = dataset_of(BOOKINGS.columns[:5], name="shop/staging/lost")
    found = reconciled([(BOOKINGS, TABLE), (lost, replace(TABLE, dataset=lost.name, name="lost"))])
    assert [schedule.name for schedule in found.schedules or ()] == ["shop_reconciled_each_day"]
    resources = {"sources": Sources({"shop": books.url}), "lake": books.lake, "warehouse": books.engine}
    job = dg.Definitions.merge(found, dg.Definitions(resources=resources)).resolve_job_def("shop_reconciled")
    results = {each.asset_key.path[-1]: each for each in job.execute_in_process().get_asset_check_evaluations()}
    assert {(name, each.check_name, each.passed) for name, each in results.items()} == {
        ("bookings", EQUAL, False),
        ("lost", EQUAL, False),
    }
    bookings, lost_one = results["bookings"], results["lost"]
    assert (bookings.severity.value, lost_one.severity.value) == ("WARN", "ERROR")
    assert (bookings.metadata["changed"].value, bookings.metadata["quarantined"].value) == (1, 1)
    assert bookings.description == "1 row differ. 1 row of the source do not fit."
    shown = str(bookings.metadata["differences"].value)
    assert [cell.strip() for cell in shown.splitlines()[-1].strip("|").split("|")] == ["1", "changed", "note", "b", "a"]
    assert "no table lost" in (lost_one.description or "")

"""A table with history that nothing points to: a fact of which every version is kept."""

from dataclasses import replace

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.models.audit import checks_of
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.catalogue import column_descriptions
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.restate import Restated
from etl_assets.warehouse.rebuild.rebuild import Rules, rebuild
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.staff import SALES, STAFF

WITH = Type2(name="shop/marts/fact_staff", key=("id",), entity="record", tracked=("name", "department"))
MODEL = replace(WITH, unknown_member=False)
POINTING = Incremental(
    name="shop/marts/fact_sales",
    key=("sale",),
    touched={SALES.name: "sale"},
    members=(Member(column="record_key", dimension=MODEL.name, by="seller", at="sold_at"),),
)
QUERY = (
    "-- One row per version.\nselect s.id, s.name, s.department, s.effective_at, s.sequence, s.op\n"
    "from shop_staging.staff as s\n"
)
POINTING_QUERY = "-- One row per sale.\nselect s.sale, s.seller, s.sold_at from shop_staging.sales as s\n"
SECOND = ["a,Ann,d2,2020-01-06 00:00:00,U", "b,,,2020-01-07 00:00:00,D"]
NOW = [("a", "d1", False), ("a", "d2", True), ("b", "d2", False)]


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    """Two people, then a change of one and the end of the other."""
    shop.write(MODEL.name, QUERY)
    shop.write(POINTING.name, POINTING_QUERY)
    shop.load(STAFF, "staff1.csv", "a,Ann,d1,2020-01-05 00:00:00,U", "b,Bob,d2,2020-01-05 00:00:00,U")
    return shop


def versions(shop: Shop) -> list[tuple[object, ...]]:
    return list(shop.rows(f"select id, department, is_current from {MODEL.table.qualified} order by id, valid_from"))


def unknowns(shop: Shop) -> int:
    return shop.rows(f"select count(*) from {MODEL.table.qualified} where record_key = -1")[0][0]


def test_it_holds_the_versions_and_nothing_else(staffed: Shop) -> None:
    assert staffed.build(MODEL).rows == 2
    staffed.load(STAFF, "staff2.csv", *SECOND)
    report = staffed.build(MODEL)
    assert (report.rows, report.touched) == (3, 2)
    assert versions(staffed) == NOW


def test_it_promises_no_unknown_member(staffed: Shop) -> None:
    found = {result.name for result in staffed.build(MODEL).checks}
    assert {check.name for check in checks_of(WITH)} - found == {"unknown_member_exists"}
    assert "-1" not in column_descriptions(MODEL, [STAFF], staffed.root)["record_key"]


def test_restating_it_changes_nothing(staffed: Shop) -> None:
    staffed.build(MODEL)
    staffed.load(STAFF, "staff2.csv", *SECOND)
    staffed.build(MODEL)
    report = build_model(staffed.engine, MODEL, sql_root=staffed.root, restated=Restated())
    assert (report.rows, report.written) == (3, 0)
    assert versions(staffed) == NOW


def test_restating_it_takes_an_unknown_member_away_that_others_have_put_there(staffed: Shop) -> None:
    staffed.build(MODEL)
    staffed.run(
        f"insert into {MODEL.table.qualified} (record_key, valid_from, valid_to, is_current, is_inferred)"
        " values (-1, timestamp '1900-01-01', timestamp '9999-12-31', true, false)"
    )
    report = build_model(staffed.engine, MODEL, sql_root=staffed.root, restated=Restated())
    assert (report.rows, report.deleted, unknowns(staffed)) == (2, 1, 0)


def test_rebuilding_it_gives_the_same_rows(staffed: Shop) -> None:
    staffed.build(MODEL)
    staffed.load(STAFF, "staff2.csv", *SECOND)
    staffed.build(MODEL)
    query = f"select * from {MODEL.table.qualified} order by 1"
    before, lake = staffed.rows(query), open_lake(str(staffed.root.parent / "lake"))
    declared = Declared([STAFF], [MODEL])
    rebuild(staffed.engine, "shop", declared, lake, rules=Rules(), sql_root=staffed.root)
    assert staffed.rows(query) == before
    assert unknowns(staffed) == 0


def test_the_flag_can_be_switched_and_only_that_row_is_written(staffed: Shop) -> None:
    staffed.build(WITH)
    away = staffed.build(MODEL)
    assert (away.rows, away.inserted, away.deleted, unknowns(staffed)) == (2, 0, 1, 0)
    back = staffed.build(WITH)
    assert (back.rows, back.inserted, back.deleted, unknowns(staffed)) == (3, 1, 0, 1)


def test_no_fact_can_point_to_it(staffed: Shop) -> None:
    staffed.build(MODEL)
    staffed.load(SALES, "sales1.csv", "1,a,2020-01-05 00:00:00", "2,x,2020-01-05 00:00:00")
    with pytest.raises(DeclarationError, match=r"fact_sales points to shop/marts/fact_staff, which is declared with"):
        staffed.build(POINTING)
    assert versions(staffed) == [("a", "d1", True), ("b", "d2", True)]


def test_the_flag_cannot_be_switched_while_facts_point_to_it(staffed: Shop) -> None:
    staffed.build(WITH)
    staffed.load(SALES, "sales1.csv", "1,a,2020-01-05 00:00:00", "2,x,2020-01-05 00:00:00")
    staffed.build(POINTING)
    with pytest.raises(DeclarationError, match=r"fact_sales points to shop/marts/fact_staff, which is declared with"):
        staffed.build(MODEL)
    assert unknowns(staffed) == 1


@pytest.mark.parametrize(
    "pointing",
    [
        POINTING,
        replace(
            WITH,
            name="shop/marts/dim_other",
            lookups=(Lookup(dataset=MODEL.name, by="id", columns=("department",)),),
        ),
    ],
    ids=["a fact", "a lookup"],
)
def test_what_points_to_it_is_refused_where_the_graph_is_known(pointing: Incremental | Type2) -> None:
    assert Declared([STAFF, SALES], [WITH, pointing]).models
    with pytest.raises(DeclarationError, match=f"{pointing.name} points to {MODEL.name}, which is declared with"):
        Declared([STAFF, SALES], [MODEL, pointing])

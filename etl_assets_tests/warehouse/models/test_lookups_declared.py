"""What the declaration of a lookup says to others, and how one that does not fit is refused: by name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.errors import DeclarationError, WarehouseError
from etl_assets.warehouse.models.catalogue import column_descriptions, column_lineage, tables_read
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.plan import Plan
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.staff import DEPARTMENTS, DIM, LOOKUP, QUERY, SALES, STAFF, lives, staffed


@pytest.fixture
def staff(shop: Shop) -> Shop:
    """Two people and their departments."""
    return staffed(shop)


def test_what_is_looked_up_is_read_told_of_and_followed(tmp_path: Path) -> None:
    path = DIM.table.sql_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(QUERY)
    assert [table.key for table in tables_read(DIM, tmp_path)] == [DEPARTMENTS.name, STAFF.name]
    needed = Declared((STAFF, DEPARTMENTS, SALES), (DIM,)).needed_for([DIM.table], tmp_path)
    assert [dataset.name for dataset in needed.datasets] == [DEPARTMENTS.name, STAFF.name]
    lineage = column_lineage(DIM, tmp_path)
    assert lineage["department_name"] == ((DEPARTMENTS.name, "title"),)
    assert sorted(lineage) == ["city", "department_name", "id", "name"]
    assert column_descriptions(DIM, (STAFF, DEPARTMENTS), tmp_path)["department_name"] == "What it is called."
    other = replace(DIM, lookups=(replace(LOOKUP, before_first="first"),))
    assert Plan.read(DIM, tmp_path).definition != Plan.read(other, tmp_path).definition


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tracked": ("name",)}, "looks up department_name, which it does not declare"),
        ({"lookups": (LOOKUP, LOOKUP)}, "looks up city, department_name more than once"),
        ({"lookups": (replace(LOOKUP, by="city"),)}, "looks up by city, which is itself looked up"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused(changes: Mapping[str, object], said: str) -> None:
    with pytest.raises(DeclarationError, match=f"shop/marts/dim_staff {said}"):
        replace(DIM, **changes)  # type: ignore[arg-type]  # - fields by name


@pytest.mark.parametrize(("by", "columns"), [((), ("title",)), ("department", ())])
def test_a_lookup_of_nothing_is_refused(by: str | tuple[str, ...], columns: tuple[str, ...]) -> None:
    with pytest.raises(DeclarationError, match="A lookup of shop/staging/departments names no columns"):
        Lookup(dataset=DEPARTMENTS.name, by=by, columns=columns)


@pytest.mark.parametrize(
    ("lookup", "said"),
    [
        (replace(LOOKUP, dataset="shop/staging/depts"), "shop/staging/depts is looked up, and is no table that was"),
        (replace(LOOKUP, dataset=SALES.name), "shop/staging/sales is looked up as of a time, and its rows have none"),
        (replace(LOOKUP, by="team"), r"declares team, which dim_staff\.sql does not give"),
        (replace(LOOKUP, by=("department", "name")), "looks up shop/staging/departments by department, name"),
        (
            replace(LOOKUP, columns={"department_name": "head", "city": "city"}),
            "looks up head, which shop/staging/departments does not have",
        ),
        (
            replace(LOOKUP, columns={"name": "title", "city": "city", "department_name": "boss"}),
            r"dim_staff\.sql gives name, which the build of shop/marts/dim_staff puts in itself",
        ),
        (replace(LOOKUP, by="sequence"), "looks up by sequence, of type bigint; code of"),
    ],
)
def test_a_lookup_that_does_not_fit_what_is_there_is_refused(staff: Shop, lookup: Lookup, said: str) -> None:
    staff.load(SALES, "sales1.csv", "1,a,2020-01-10 00:00:00")
    before = lives(staff)
    with pytest.raises((DeclarationError, WarehouseError), match=f"(?i){said}"):
        staff.build(replace(DIM, lookups=(lookup,)))
    assert lives(staff) == before

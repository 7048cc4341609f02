"""A column that files have since a time only: what it opens, what it fills, and which facts it moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import pytest

from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column
from etl_assets.warehouse.models.added import Added
from etl_assets.warehouse.models.declare import Incremental, Member, Type2, View
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets_tests.warehouse.models.conftest import Shop

SINCE = datetime(2024, 1, 1)  # noqa: DTZ001 - UTC without a zone
TITLED = Csv(header=True)
CHANGES = Dataset(
    name="shop/staging/people",
    columns=(Column("id"), Column("team"), Column("told_at", "timestamp")),
    key=("id",),
    files=(
        FilePattern(pattern="people_{YYYY}.csv", format=TITLED, meaning="changes"),
        FilePattern(pattern="list_{YYYY}.csv", format=TITLED, meaning="snapshot"),
    ),
    effective_at="told_at",
)
WITH_REGION = replace(CHANGES, columns=(*CHANGES.columns, Column("region", since=SINCE)))
ORDERS = Dataset(
    name="shop/staging/orders",
    columns=(Column("id", "bigint"), Column("person"), Column("placed_at", "timestamp")),
    key=("id",),
    files=(FilePattern(pattern="orders.csv"),),
)
PEOPLE = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team",))
FACT = Incremental(
    name="shop/marts/fact_orders",
    key=("id",),
    touched={"shop/staging/orders": "id"},
    members=(Member(column="person_key", dimension=PEOPLE.name, by="person", at="placed_at"),),
)
OBSERVED = "p.effective_at, p.sequence, p.op from shop_staging.people as p"
OLD = ("id,team,told_at", "a,A,2020-01-01 00:00:00", "a,B,2022-01-01 00:00:00", "b,A,2020-01-01 00:00:00")
NEW = ("id,team,told_at,region", "a,B,2024-02-01 00:00:00,N", "b,C,2024-03-01 00:00:00,S", "a,B,2025-01-01 00:00:00,S")


def with_region(before: Literal["null", "first"]) -> Type2:
    """The dimension with the column."""
    return replace(PEOPLE, tracked=("team", "region"), added=(Added("region", since=SINCE, before=before),))


def build(shop: Shop, model: Type2) -> BuildReport:
    """Build the dimension, with the columns that it tracks."""
    columns = ", ".join(f"p.{name}" for name in ("id", *model.tracked))
    shop.write(model.name, f"-- One row per version.\nselect {columns}, {OBSERVED}\n")
    return shop.build(model)


def versions(shop: Shop) -> Sequence[tuple[Any, ...]]:
    """Key, team, region and first year of each version."""
    years = "cast(extract(year from valid_from) as integer)"
    return shop.rows(
        f"select id, team, region, {years} from shop_marts.dim_people where id is not null order by id, valid_from"
    )


FILLED = {
    "null": [("a", "A", None, 2020), ("a", "B", "N", 2022), ("a", "B", "S", 2025), ("b", "A", None, 2020)],
    "first": [("a", "A", "N", 2020), ("a", "B", "N", 2022), ("a", "B", "S", 2025), ("b", "A", "S", 2020)],
}


@pytest.mark.parametrize("before", ["null", "first"])
def test_a_new_column_opens_no_version_for_every_key(shop: Shop, before: Literal["null", "first"]) -> None:
    shop.load(CHANGES, "people_2020.csv", *OLD)
    build(shop, PEOPLE)
    keys = shop.rows("select person_key from shop_marts.dim_people order by 1")
    shop.load(WITH_REGION, "people_2024.csv", *NEW)
    build(shop, with_region(before))
    assert versions(shop) == [*FILLED[before], ("b", "C", "S", 2024)]
    assert set(keys) <= set(shop.rows("select person_key from shop_marts.dim_people"))


@pytest.mark.parametrize("before", ["null", "first"])
def test_an_older_file_that_comes_later_lacks_the_column_and_gives_the_same(
    shop: Shop, before: Literal["null", "first"]
) -> None:
    shop.load(WITH_REGION, "people_2024.csv", *NEW)
    build(shop, with_region(before))
    shop.load(WITH_REGION, "people_2020.csv", *OLD)
    build(shop, with_region(before))
    assert versions(shop) == [*FILLED[before], ("b", "C", "S", 2024)]


def test_a_newer_file_without_the_column_is_refused_by_name(shop: Shop) -> None:
    shop.load(WITH_REGION, "people_2024.csv", "id,team,told_at", "a,A,2024-01-01 00:00:00")
    (reason,) = shop.rows("select reason from etl.quarantine")
    assert reason[0].startswith("the column 'region' is missing in its header ('id', 'team', 'told_at')")


def test_an_older_file_without_a_header_has_the_cells_that_it_had(shop: Shop) -> None:
    untitled = replace(WITH_REGION, files=(FilePattern(pattern="people_{YYYY}.csv", meaning="changes"),))
    shop.load(untitled, "people_2024.csv", *NEW[1:])
    shop.load(untitled, "people_2020.csv", *OLD[1:])
    build(shop, with_region("null"))
    assert versions(shop) == [*FILLED["null"], ("b", "C", "S", 2024)]


def test_exactly_the_facts_whose_version_changes_are_moved(shop: Shop) -> None:
    placed = ("2021-01-01", "2023-01-01", "2024-06-01", "2025-06-01")
    shop.load(CHANGES, "people_2020.csv", *OLD)
    shop.load(ORDERS, "orders.csv", *(f"{number},a,{on} 00:00:00" for number, on in enumerate(placed, start=1)))
    shop.write(FACT.name, "-- One row per order.\nselect o.id, o.person, o.placed_at from shop_staging.orders as o\n")
    build(shop, PEOPLE)
    shop.build(FACT)
    shop.load(WITH_REGION, "people_2024.csv", *NEW)
    assert build(shop, with_region("null")).repointed == {f"{FACT.name}.person_key": 1}
    joined = "shop_marts.fact_orders as f join shop_marts.dim_people as d on d.person_key = f.person_key"
    pointed = f"select f.id, d.team, d.region from {joined} order by f.id"
    assert shop.rows(pointed) == [(1, "A", None), (2, "B", "N"), (3, "B", "N"), (4, "B", "S")]
    assert build(shop, PEOPLE).repointed == {f"{FACT.name}.person_key": 1}
    assert shop.rows("select count(distinct person_key) from shop_marts.fact_orders") == [(2,)]


def test_an_empty_cell_that_a_later_snapshot_repeats_is_known(shop: Shop) -> None:
    """The run of the snapshots that say the same goes on; the column becomes known within it."""
    told, without = "", "id,team,told_at"
    shop.load(WITH_REGION, "list_2023.csv", without, f"a,A,{told}")
    shop.load(WITH_REGION, "list_2024.csv", f"{without},region", f"a,A,{told},")
    shop.load(WITH_REGION, "list_2025.csv", f"{without},region", f"a,A,{told},N")
    build(shop, with_region("null"))
    assert versions(shop) == [("a", "A", None, 2023), ("a", "A", "N", 2025)]


def test_a_snapshot_that_comes_between_may_be_the_first_that_knows(shop: Shop) -> None:
    without = "id,team,told_at"
    shop.load(WITH_REGION, "list_2023.csv", without, "a,A,")
    shop.load(WITH_REGION, "people_2025.csv", f"{without},region", "a,A,2025-06-01 00:00:00,N")
    build(shop, with_region("null"))
    assert versions(shop) == [("a", "A", "N", 2023)]
    shop.load(WITH_REGION, "list_2024.csv", f"{without},region", "a,A,,")
    assert build(shop, with_region("null")).touched == 1
    assert versions(shop) == [("a", "A", None, 2023), ("a", "A", "N", 2025)]


def test_snapshots_and_the_dimension_say_the_same_time(shop: Shop) -> None:
    shop.load(WITH_REGION, "list_2023.csv", "id,team,told_at", "a,A,")
    other = replace(with_region("null"), added=(Added("region", since=datetime(2023, 1, 1)),))  # noqa: DTZ001 - as above
    with pytest.raises(DeclarationError, match="region since 2023-01-01 00:00:00, and shop/staging/people does not"):
        build(shop, other)


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ((Added("city", since=SINCE),), "since when it knows city, which it does not track"),
        ((Added("team", since=SINCE), Added("team", since=SINCE)), "more than once since when it knows team"),
        ((Added("team", since="2024-01-01"),), "since '2024-01-01', which is no time"),  # pyright: ignore[reportArgumentType] - the mistake
        ((Added("team", since=SINCE.astimezone()),), "knows team since .*, a time with a zone"),
        ((Added("team", since=SINCE, before="last"),), "holds 'last' before it knew team"),  # pyright: ignore[reportArgumentType] - the mistake
    ],
)
def test_a_column_that_is_misdeclared_is_refused_by_name(added: tuple[Added, ...], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        replace(PEOPLE, added=added)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"since": "2024-01-01"}, "'2024-01-01', which is no time"),
        ({"since": SINCE, "nullable": False}, "and yet never empty"),
    ],
)
def test_a_columns_since_is_a_time_at_which_it_may_be_empty(column: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        Column("region", **column)


def test_a_dimension_that_looks_others_up_cannot_say_what_it_did_not_know() -> None:
    lookup = Lookup(dataset="shop/staging/teams", by="team", columns=("region",))
    with pytest.raises(DeclarationError, match="added beside lookups"):
        replace(with_region("null"), lookups=(lookup,))


def test_they_do_through_a_view_too(shop: Shop) -> None:
    view = View(name="shop/marts/told")
    shop.write(view.name, f"-- One row per observation.\nselect p.id, p.team, p.region, {OBSERVED}\n")
    shop.write(
        PEOPLE.name,
        "-- One row per version.\nselect id, team, region, effective_at, sequence, op from shop_marts.told\n",
    )
    shop.load(
        replace(WITH_REGION, columns=(*CHANGES.columns, Column("region"))),
        "list_2023.csv",
        "id,team,told_at,region",
        "a,A,,",
    )
    shop.build(view)
    with pytest.raises(DeclarationError, match="region since 2024-01-01 00:00:00, and shop/staging/people does not"):
        shop.build(with_region("null"))

"""Full lists beside changes: a list need not say when a row became true, nor what was done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.schema import Column
from etl_assets.warehouse.models.declare import Type2
from etl_assets_tests.warehouse.models.conftest import Shop

TITLED = Csv(header=True)
PEOPLE = Dataset(
    name="shop/staging/people",
    columns=(Column("id"), Column("team"), Column("told_at", "timestamp"), Column("action", header="op")),
    key=("id",),
    files=(
        FilePattern(pattern="list_{YYYY}.csv", format=TITLED, meaning="snapshot"),
        FilePattern(pattern="changes_{YYYY}.csv", format=TITLED, meaning="changes"),
    ),
    effective_at="told_at",
    op="action",
    missing="close",
)
DIMENSION = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team",))
CHANGES_2020 = ("id,team,told_at,op", "a,B,2020-07-01 00:00:00,U", "b,,2020-08-01 00:00:00,D")
SHORT = {"list_2020.csv": ("id,team", "a,A", "b,A", "c,A"), "list_2021.csv": ("team,id", "B,a", "A,b")}
LONG = {
    "list_2020.csv": ("id,team,told_at,op", "a,A,,", "b,A,,", "c,A,,"),
    "list_2021.csv": ("id,team,told_at,op", "a,B,,", "b,A,,"),
}
VERSIONS = [
    ("a", "A", "2020-01-01", "2020-07-01"),
    ("a", "B", "2020-07-01", "9999-12-31"),
    ("b", "A", "2020-01-01", "2020-08-01"),
    ("b", "A", "2021-01-01", "9999-12-31"),
    ("c", "A", "2020-01-01", "2021-01-01"),
]


def versions(shop: Shop) -> list[tuple[Any, ...]]:
    """Key, team, beginning and end of each version, after a build."""
    observed = "p.effective_at, p.sequence, p.op from shop_staging.people as p"
    shop.write(DIMENSION.name, f"-- One row per version.\nselect p.id, p.team, {observed}\n")
    shop.build(DIMENSION)
    days = "cast(cast(valid_from as date) as text), cast(cast(valid_to as date) as text)"
    found = shop.rows(f"select id, team, {days} from shop_marts.dim_people where id is not null order by 1, 3")
    return [tuple(row) for row in found]


def reasons(shop: Shop) -> Sequence[tuple[Any, ...]]:
    return shop.rows("select path, reason from etl.quarantine order by 1, 2")


def test_a_list_without_times_and_operations_gives_the_history_of_one_with_them(shop: Shop) -> None:
    for name, lines in {**SHORT, "changes_2020.csv": CHANGES_2020}.items():
        shop.load(PEOPLE, name, *lines)
    assert (versions(shop), reasons(shop)) == (VERSIONS, [])


def test_so_it_does_when_it_comes_last_and_beside_lists_that_have_them(shop: Shop) -> None:
    shop.load(PEOPLE, "changes_2020.csv", *CHANGES_2020)
    shop.load(PEOPLE, "list_2021.csv", *LONG["list_2021.csv"])
    versions(shop)
    shop.load(PEOPLE, "list_2020.csv", *SHORT["list_2020.csv"])
    assert (versions(shop), reasons(shop)) == (VERSIONS, [])


def test_changes_have_to_have_them(shop: Shop) -> None:
    shop.load(PEOPLE, "changes_2020.csv", "id,team", "a,B")
    assert reasons(shop) == [
        ("changes_2020.csv", "the columns 'told_at', 'op' are missing in its header ('id', 'team')")
    ]


def test_so_has_a_list_where_they_are_never_empty(shop: Shop) -> None:
    columns = tuple(replace(column, nullable=column.name != "action") for column in PEOPLE.columns)
    shop.load(replace(PEOPLE, columns=columns), "list_2020.csv", *SHORT["list_2020.csv"])
    assert reasons(shop) == [("list_2020.csv", "the column 'op' is missing in its header ('id', 'team')")]


def test_without_a_header_a_list_has_all_cells(shop: Shop) -> None:
    files = tuple(replace(pattern, format=Csv()) for pattern in PEOPLE.files)
    dataset = replace(PEOPLE, files=files)
    shop.load(dataset, "list_2020.csv", "a,A", "b,A,,", "c,A,,")
    assert reasons(shop) == [("list_2020.csv", "it has 2 cells instead of 4")]

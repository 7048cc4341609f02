"""Bad input of each kind, in each kind of file: refused or put aside by name, and nothing else lost or half-written."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl_assets.datasets import END_OF_TIME, Csv, Dataset, FilePattern, Meaning
from etl_assets.errors import DeclarationError, LoadRefused
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import Type2
from etl_assets_tests.warehouse.models.conftest import Shop

EARLY, LATE = "before the earliest time, 1900-01-01 00:00:00", "not before the latest time, 2100-01-01 00:00:00"
KINDS: tuple[Meaning, ...] = ("rows", "changes", "snapshot")
AT = "2020-01-01 00:00:00"
DIMENSION = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team",))
Found = tuple[int | None, str | None, str | None, str]


def people(meaning: Meaning, **options: Any) -> Dataset:  # noqa: ANN401 - as a dataset has them
    """A dataset of which every file means the same."""
    is_told = meaning == "changes"
    declared = Dataset(
        name="shop/staging/people",
        columns=(Column("id", "bigint"), Column("team"), Column("told_at", "timestamp"), Column("action")),
        key=("id",),
        files=(FilePattern(pattern="{YYYY}.csv", format=Csv(header=True), meaning=meaning),),
        effective_at="told_at" if is_told else None,
        op="action" if is_told else None,
        missing="close",
    )
    return replace(declared, **options)


@dataclass(frozen=True)
class Case:
    """A row beside good ones.

    Args:
        what: What is bad about it.
        kinds: The files in which it is.
        row: As the file has it, in its third line.
        found: Line, column, value and reason in the quarantine.
    """

    what: str
    kinds: tuple[Meaning, ...]
    row: str
    found: Found

    @property
    def id(self) -> str:
        """Its name."""
        return self.what


CASES = (
    Case("no time", ("changes",), "2,B,,U", (3, "told_at", None, "must not be empty")),
    Case("a far future", ("changes",), "2,B,2204-01-01 00:00:00,U", (3, "told_at", "2204-01-01 00:00:00", LATE)),
    Case("a far past", ("changes",), "2,B,0020-01-01 00:00:00,U", (3, "told_at", "0020-01-01 00:00:00", EARLY)),
    Case(
        "the end of time",
        ("changes",),
        "2,B,9999-12-31 00:00:00,U",
        (3, "told_at", "9999-12-31 00:00:00", "no change can be at the end of time"),
    ),
    Case("no operation", ("changes",), f"2,B,{AT},", (3, "action", None, "must not be empty")),
    Case("an unknown operation", ("changes",), f"2,B,{AT},X", (3, "action", "X", "none of I, U, D")),
    Case("a key of another type", KINDS, f"two,B,{AT},U", (3, "id", "two", "not a whole number")),
    Case("no key", KINDS, f",B,{AT},U", (3, "id", None, "must not be empty")),
    Case(
        "a key out of range",
        KINDS,
        f"9223372036854775808,B,{AT},U",
        (3, "id", "9223372036854775808", "out of range for bigint"),
    ),
    Case(
        "a time that does not exist",
        KINDS,
        "2,B,2020-02-30 00:00:00,U",
        (3, "told_at", "2020-02-30 00:00:00", "no such time"),
    ),
)
HEADER = "id,team,told_at,action"
GOOD = (f"1,A,{AT},U", f"3,C,{AT},U")


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    """A warehouse with nothing in it."""
    return Shop(engine, tmp_path / "sql")


def quarantined(shop: Shop) -> list[tuple[Any, ...]]:
    """What was put aside: the file, and where and why."""
    query = "select path, line, column_name, value, reason from etl.quarantine order by path, line"
    return [tuple(row) for row in shop.rows(query)]


def kept(shop: Shop) -> list[tuple[Any, ...]]:
    """What the table shows, but for the ends of keys."""
    return [tuple(row) for row in shop.rows("select id, team from shop_staging.people where team <> '' order by 1, 2")]


def counted(shop: Shop) -> tuple[Any, ...]:
    """Read, loaded, quarantined and duplicate rows of all loads."""
    sums = ", ".join(f"cast(sum(rows_{what}) as integer)" for what in ("read", "loaded", "quarantined", "duplicate"))
    return tuple(shop.rows(f"select {sums} from etl.loads")[0])


@pytest.mark.parametrize(
    ("kind", "case"), [pytest.param(kind, case, id=f"{case.id}-{kind}") for case in CASES for kind in case.kinds]
)
def test_a_bad_row_is_put_aside_and_the_good_ones_load(shop: Shop, kind: Meaning, case: Case) -> None:
    shop.load(people(kind), "2020.csv", HEADER, GOOD[0], case.row, GOOD[1])
    assert quarantined(shop) == [("2020.csv", *case.found)]
    cells = [cell or None for cell in case.row.split(",")]
    assert json.loads(shop.rows("select record from etl.quarantine")[0][0]) == dict(
        zip(HEADER.split(","), cells, strict=True)
    )
    assert kept(shop) == [(1, "A"), (3, "C")]
    assert counted(shop) == (3, 2, 1, 0)


def test_an_end_has_no_values_and_so_none_is_missing(shop: Shop) -> None:
    declared = people("changes")
    columns = tuple(replace(one, nullable=False) if one.name == "team" else one for one in declared.columns)
    dataset = replace(declared, columns=columns)
    shop.load(dataset, "2020.csv", HEADER, *GOOD, "1,,2020-06-01 00:00:00,D", "3,,2020-06-01 00:00:00,U")
    assert quarantined(shop) == [("2020.csv", 5, "team", None, "must not be empty")]
    assert shop.rows("select id, op from shop_staging.people order by id, effective_at") == [
        (1, "U"),
        (1, "D"),
        (3, "U"),
    ]


ALIKE = (f"2,A,{AT},U", f"2,B,{AT},U")


@pytest.mark.parametrize(
    ("kind", "shown", "aside", "counts"),
    [
        ("rows", [(1, "A"), (2, "B"), (3, "C")], [], (4, 4, 0, 0)),
        ("changes", [(1, "A"), (2, "A"), (2, "B"), (3, "C")], [], (4, 4, 0, 0)),
        (
            "snapshot",
            [(1, "A"), (2, "B"), (3, "C")],
            [("2020.csv", 3, None, None, "the key comes again later in the same snapshot with other values")],
            (4, 3, 1, 0),
        ),
    ],
)
def test_of_two_rows_that_differ_in_attributes_alone_the_later_has_the_last_word(
    shop: Shop, kind: Meaning, shown: list[object], aside: list[object], counts: tuple[int, ...]
) -> None:
    shop.load(people(kind), "2020.csv", HEADER, GOOD[0], *ALIKE, GOOD[1])
    assert (kept(shop), quarantined(shop), counted(shop)) == (shown, aside, counts)
    if kind == "rows":
        return
    observed = "p.id, p.team, p.effective_at, p.sequence, p.op from shop_staging.people as p"
    shop.write(DIMENSION.name, f"-- One row per version.\nselect {observed}\n")
    shop.build(DIMENSION)
    assert shop.rows("select team from shop_marts.dim_people where id = 2") == [("B",)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_a_tracked_column_is_put_aside_whole_and_the_others_load(shop: Shop, kind: Meaning) -> None:
    shop.load(people(kind), "2019.csv", "id,told_at,action", f"1,{AT},U")
    shop.load(people(kind), "2020.csv", HEADER, *GOOD)
    reason = "the column 'team' is missing in its header ('id', 'told_at', 'action')"
    assert quarantined(shop) == [("2019.csv", None, None, None, reason)]
    assert kept(shop) == [(1, "A"), (3, "C")]
    assert counted(shop) == (2, 2, 0, 0)


@pytest.mark.parametrize(("name", "problem"), [("2204.csv", LATE), ("0020.csv", EARLY)])
def test_a_snapshot_of_an_impossible_time_is_put_aside_whole_and_ends_no_key(
    shop: Shop, name: str, problem: str
) -> None:
    shop.load(people("snapshot"), "2020.csv", HEADER, *GOOD)
    shop.load(people("snapshot"), name, HEADER, GOOD[0])
    assert quarantined(shop) == [(name, None, None, None, f"it is of {name[:4]}-01-01 00:00:00, {problem}")]
    assert shop.rows("select id, team, op from shop_staging.people order by id") == [(1, "A", "U"), (3, "C", "U")]


@pytest.mark.parametrize("kind", ["rows", "changes"])
def test_the_time_of_another_file_is_an_order_only(shop: Shop, kind: Meaning) -> None:
    shop.load(people(kind), "2204.csv", HEADER, *GOOD)
    assert (kept(shop), quarantined(shop)) == ([(1, "A"), (3, "C")], [])


def test_the_times_that_a_dataset_has_are_declared(shop: Shop) -> None:
    wide = people("changes", earliest=datetime.min, latest=END_OF_TIME)  # noqa: DTZ901 - UTC without a zone
    shop.load(wide, "2020.csv", HEADER, "1,A,0001-01-01 00:00:00,U", "3,C,9999-12-30 23:59:59.999999,U")
    assert (kept(shop), quarantined(shop)) == ([(1, "A"), (3, "C")], [])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"earliest": "1900"}, "has the earliest time '1900', which is no time. Give it as datetime"),
        (
            {"latest": datetime(2100, 1, 1, tzinfo=UTC)},
            "has the latest time 2100-01-01 00:00:00 UTC, a time with a zone. Give it in UTC and leave the zone out",
        ),
        ({"latest": datetime(1900, 1, 1)}, "has no time from 1900-01-01 00:00:00 to 1900-01-01 00:00:00"),  # noqa: DTZ001 - as above
        ({"latest": datetime.max}, "has no time from 1900-01-01 00:00:00 to 9999-12-31 23:59:59.999999"),  # noqa: DTZ901 - as above
    ],
)
def test_times_that_cannot_be_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        people("changes", **options)


def test_a_snapshot_that_would_close_too_much_is_refused_and_nothing_of_the_load_is_written(shop: Shop) -> None:
    rows = [f"{number},A,,U" for number in range(20)]
    shop.load(people("snapshot"), "2019.csv", HEADER, *rows)
    before = (kept(shop), counted(shop), quarantined(shop))
    with pytest.raises(LoadRefused, match=r"2020\.csv is a snapshot without 11 of the 20 keys .* 0 the first of them"):
        shop.load(people("snapshot"), "2020.csv", HEADER, *rows[11:])
    assert (kept(shop), counted(shop), quarantined(shop)) == before


def test_a_declared_column_that_the_sql_does_not_give_is_refused_and_the_table_stands(shop: Shop) -> None:
    observed = "p.effective_at, p.sequence, p.op from shop_staging.people as p"
    shop.load(people("changes"), "2020.csv", HEADER, *GOOD)
    shop.write(DIMENSION.name, f"-- One row per version.\nselect p.id, p.team, {observed}\n")
    shop.build(DIMENSION)
    before = shop.rows("select * from shop_marts.dim_people order by person_key")
    shop.write(DIMENSION.name, f"-- One row per version.\nselect p.id, {observed}\n")
    with pytest.raises(DeclarationError, match=r"dim_people declares team, which dim_people\.sql does not give"):
        shop.build(DIMENSION)
    assert shop.rows("select * from shop_marts.dim_people order by person_key") == before

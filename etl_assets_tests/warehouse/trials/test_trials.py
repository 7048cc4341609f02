"""Trials: what is read of them, and that they fail when a row is missing, other or one too many."""

from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.trials.play import Verdict, play
from etl_assets.warehouse.trials.trial import Trial

PEOPLE = Dataset(
    name="town/staging/people",
    columns=(Column("id"), Column("city"), Column("since", "timestamp")),
    key=("id",),
    files=(FilePattern(pattern="people.csv", meaning="changes"),),
    effective_at="since",
)
VISITS = Dataset(
    name="town/staging/visits",
    columns=(Column("number", "bigint"), Column("id"), Column("at", "timestamp")),
    key=("number",),
    files=(FilePattern(pattern="visits.csv"),),
)
DIMENSION = Type2(name="town/marts/dim_people", key=("id",), entity="person", tracked=("city",))
FACT = Incremental(
    name="town/marts/fact_visits",
    key=("number",),
    touched={"town/staging/visits": "number"},
    members=(Member(column="person_key", dimension="town/marts/dim_people", by="id", at="at"),),
)
TOWN = Declared((PEOPLE, VISITS), (FACT, DIMENSION))
SQL = {
    "dim_people": "-- One row per version.\nselect p.id, p.city, p.effective_at, p.sequence, p.op"
    " from town_staging.people as p",
    "fact_visits": '-- One row per visit.\nselect v.number, v.id, v."at" from town_staging.visits as v',
}
STAFF = Dataset(
    name="shop/staging/staff",
    columns=(Column("staff_id"), Column("first_name"), Column("department_id")),
    key=("staff_id",),
    files=(FilePattern(pattern="staff_{YYYY-MM-DD}.csv", meaning="snapshot"),),
)
DEPARTMENTS = Dataset(
    name="shop/staging/departments",
    columns=(Column("department_id"), Column("title")),
    key=("department_id",),
    files=(FilePattern(pattern="departments_{YYYY-MM-DD}.csv", meaning="snapshot"),),
)
LOOKUP = Lookup(dataset=DEPARTMENTS.name, by="department_id", columns={"department_name": "title"})
DIM_STAFF = Type2(
    name="shop/marts/dim_staff", key=("staff_id",), entity="staff", tracked=("department_name",), lookups=(LOOKUP,)
)
SHOP = Declared((STAFF, DEPARTMENTS), (DIM_STAFF,))
MOVED = """
table: town/marts/dim_people
given:
  - people.csv: |
      a,Rome,2020-01-01 00:00:00
  - later/people.csv: |
      a,,2020-02-01 12:00:00
expect: |
"""
RIGHT = "id,city,valid_from,valid_to\na,Rome,2020-01-01,2020-02-01 12:00:00\na,,2020-02-01 12:00:00,9999-12-31\n"


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    """The town's SQL files."""
    folder = tmp_path / "sql" / "town" / "marts"
    folder.mkdir(parents=True)
    for name, text in SQL.items():
        (folder / f"{name}.sql").write_text(text)
    return tmp_path / "sql"


def read(folder: Path, text: str) -> Trial:
    """The trial of this text."""
    path = folder / "moved.yaml"
    path.write_text(text)
    return Trial.read(path)


def moved(folder: Path, expect: str) -> Trial:
    """The trial of a person who moves, with these expectations."""
    return read(folder, MOVED + "".join(f"  {line}\n" for line in expect.splitlines()))


def test_a_trial_says_what_lands_when_and_what_follows(tmp_path: Path) -> None:
    trial = moved(tmp_path, 'id,city\na,""\nb,\n')
    assert [list(files) for files in trial.given] == [["people.csv"], ["later/people.csv"]]
    assert (trial.columns, trial.rows) == (("id", "city"), (("a", ""), ("b", None)))


def test_nothing_may_be_expected(tmp_path: Path, sql: Path) -> None:
    assert play(moved(tmp_path, "city"), TOWN, sql_root=sql) == Verdict((), ((None,), ("Rome",)))


def test_what_is_expected_and_there_passes_in_any_order(tmp_path: Path, sql: Path) -> None:
    head, *rows = RIGHT.splitlines()
    trial = moved(tmp_path, "\n".join([head, *reversed(rows)]))
    assert play(trial, TOWN, sql_root=sql) == Verdict((), ())


def test_a_missing_an_unexpected_and_a_repeated_row_are_told(tmp_path: Path, sql: Path) -> None:
    verdict = play(moved(tmp_path, "id,city\na,Rome\na,Rome\nb,Pisa"), TOWN, sql_root=sql)
    assert not verdict.passed
    assert verdict == Verdict((("a", "Rome"), ("b", "Pisa")), (("a", None),))


def test_null_is_not_an_empty_text(tmp_path: Path, sql: Path) -> None:
    verdict = play(moved(tmp_path, 'id,city\na,Rome\na,""'), TOWN, sql_root=sql)
    assert verdict == Verdict((("a", ""),), (("a", None),))


def test_runs_come_one_after_the_other(tmp_path: Path, sql: Path) -> None:
    told = "  - people.csv: |\n      a,{},2020-01-01 00:00:00\n"
    text = f"table: town/marts/dim_people\ngiven:\n{told.format('Rome')}{told.format('Bari')}"
    trial = read(tmp_path, f"{text}expect: |\n  city\n  Bari\n")
    assert play(trial, TOWN, sql_root=sql).passed
    backwards = replace(trial, given=tuple(reversed(trial.given)))
    assert play(backwards, TOWN, sql_root=sql) == Verdict((("Bari",),), (("Rome",),))


def test_the_guides_trial_of_a_dimension_that_looks_up_another_table_passes(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "try-a-table.md").read_text(encoding="utf-8")
    text = next(block for block in guide.split("```yaml\n") if "table: shop/marts/dim_staff" in block).partition("```")[
        0
    ]
    path = tmp_path / "shop" / "marts" / "dim_staff.sql"
    path.parent.mkdir(parents=True)
    listed = "s.staff_id, s.department_id, s.effective_at, s.sequence, s.op"
    path.write_text(f"-- One row per version.\nselect {listed} from shop_staging.staff as s")
    assert play(read(tmp_path, text), SHOP, sql_root=tmp_path) == Verdict((), ())
    unlooked = replace(DIM_STAFF, tracked=(), lookups=())
    with pytest.raises(DeclarationError, match="expects the column 'department_name'"):
        play(read(tmp_path, text), Declared(SHOP.datasets, (unlooked,)), sql_root=tmp_path)


def test_a_fact_is_seen_with_what_it_points_to(tmp_path: Path, sql: Path) -> None:
    visits = "1,a,2020-01-15 00:00:00\n      2,a,2020-02-15 00:00:00\n      3,b,2020-01-15 00:00:00"
    given = f"  - people.csv: |\n      a,Rome,2020-01-01 00:00:00\n    visits.csv: |\n      {visits}\n"
    late = "  - later/people.csv: |\n      a,Bari,2020-02-01 00:00:00\n"
    expect = "  number,person_key.city,person_key.is_inferred\n  1,Rome,false\n  2,Bari,false\n  3,,true\n"
    trial = read(tmp_path, f"table: town/marts/fact_visits\ngiven:\n{given}{late}expect: |\n{expect}")
    assert play(trial, TOWN, sql_root=sql) == Verdict((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "moved.yaml is no trial: while parsing"),
        ("table: a/b/c", "it has not the fields table, given, expect"),
        (MOVED.replace("given", "givn") + "  id\n", "it has not the fields"),
        (MOVED + "  id,city\n  a\n", "expect is no CSV"),
        ("table: a/b/c\ngiven: x\nexpect: id", "given is not a list of texts by path"),
        ("table: a/b/c\ngiven: [{x.csv: 1}]\nexpect: id", "given is not a list of texts by path"),
        ("table: a/b/c\ngiven: []\nexpect: 7", "expect is not a text"),
        ("table: abc\ngiven: []\nexpect: id", "'abc' is not a table's name. Write it as support/marts/dim_analysts or"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"marts/dim_people": "marts/dim_nobody"}, "town/marts/dim_nobody is not declared"),
        ({"later/people.csv": "later/persons.csv"}, "files that nothing loads: town/later/persons.csv"),
        ({"id,city": "id,city_key.name"}, "looks at city_key, by which town/marts/dim_people points to no dimension"),
        ({"id,city": "id,citty"}, "moved.yaml expects the column 'citty', and town/marts/dim_people has no 'citty'"),
        ({"id,city": "id,citty"}, r"has no 'citty'\. Its columns are city, "),
    ],
)
def test_what_is_not_declared_is_named(tmp_path: Path, sql: Path, change: dict[str, str], said: str) -> None:
    ((old, new),) = change.items()
    with pytest.raises(DeclarationError, match=said):
        play(read(tmp_path, (MOVED + "  id,city\n  a,Rome\n").replace(old, new)), TOWN, sql_root=sql)


def test_only_what_a_table_is_made_of_is_needed(sql: Path) -> None:
    needed = TOWN.needed_for([DIMENSION.table], sql)
    assert (needed.datasets, needed.models) == ([PEOPLE], [DIMENSION])
    assert TOWN.needed_for([FACT.table], sql).models == [DIMENSION, FACT]

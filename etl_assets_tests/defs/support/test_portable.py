"""Every SQL file of the project on every engine: portable, rendered, understood again, traced."""

from pathlib import Path

import pytest
from sqlglot import exp, parse

from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.dialects import ALL, Dialect
from etl_assets.warehouse.models.portable import problems
from etl_assets.warehouse.models.sql import ModelSql

FILES = sorted(SQL_ROOT.rglob("*.sql"))
PLAIN = [path for path in FILES if "." not in path.stem]


def read(path: Path) -> ModelSql:
    return ModelSql.read(TableName(*path.relative_to(SQL_ROOT).with_suffix("").parts))


def named(path: Path) -> str:
    return str(path.relative_to(SQL_ROOT).with_suffix(""))


@pytest.mark.parametrize("path", PLAIN, ids=named)
def test_a_model_keeps_to_the_portable_subset(path: Path) -> None:
    assert problems(read(path)) == []


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.NAME)
@pytest.mark.parametrize("path", PLAIN, ids=named)
def test_a_model_is_rendered_for_each_engine_as_one_query_with_the_same_columns(
    path: Path, dialect: type[Dialect]
) -> None:
    sql = read(path)
    (again,) = parse(sql.rendered(dialect), dialect=dialect.NAME)
    assert isinstance(again, exp.Query)
    assert isinstance(sql.tree, exp.Query)
    assert again.named_selects == sql.tree.named_selects
    assert not [node for node in again.find_all(exp.Anonymous) if node.name.lower() == "hours_between"]


@pytest.mark.parametrize("path", PLAIN, ids=named)
def test_a_model_says_what_a_row_is(path: Path) -> None:
    sql = read(path)
    assert sql.description.endswith(".")
    assert bool(sql.grain) == (sql.name.layer != "checks")


@pytest.mark.parametrize(
    ("dialect", "shows"),
    [
        ("duckdb", "date_diff('microsecond'"),
        ("postgres", "extract(epoch from"),
        ("mysql", "timestampdiff("),
        ("redshift", "datediff(microsecond"),
    ],
)
def test_hours_are_counted_in_each_engines_own_words(dialect: str, shows: str) -> None:
    fact = ModelSql.read(TableName.parse("support/marts/fact_cases"))
    rendered = fact.rendered(next(one for one in ALL if dialect == one.NAME)).lower()
    assert shows in " ".join(rendered.split()).replace("( ", "(")


def test_the_calendar_asks_no_engine_for_a_week_or_a_series() -> None:
    tree = ModelSql.read(TableName.parse("support/marts/dim_calendar")).tree
    asked = {node.name.lower() for node in tree.find_all(exp.Extract)}
    assert asked == {"year"}
    assert not [*tree.find_all(exp.GenerateSeries, exp.With)][1:]

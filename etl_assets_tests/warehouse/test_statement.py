"""The marks in the project's own SQL, and what becomes of them on each engine."""

import pytest
from sqlglot import exp, parse_one

from etl_assets.warehouse.dialects import ALL, DuckDB, MariaDB, Postgres, Redshift
from etl_assets.warehouse.statement import FOLDER, Bindings, bind, to_sql

BINDINGS = Bindings(
    columns={"key": ("a", "b"), "tracked": ("team", "skills"), "none": ()},
    tables={"target": "shop_marts.dim_people"},
    queries={"other": parse_one("select 1 as one")},
    expressions={"time": exp.column("updated"), "op": exp.Literal.string("U")},
)


def rendered(text: str) -> str:
    """A statement for PostgreSQL with the marks put in."""
    return to_sql(bind(parse_one(text, dialect="postgres"), BINDINGS, Postgres), Postgres).replace('"', "")


def test_a_marked_column_in_a_list_is_written_once_a_column() -> None:
    assert rendered("select t.each_key, 1 as one from t") == "SELECT t.a, t.b, 1 AS one FROM t"


def test_an_alias_follows_its_column() -> None:
    assert rendered("select lag(t.each_tracked) over (order by t.x) as was_each_tracked from t") == (
        "SELECT LAG(t.team) OVER (ORDER BY t.x) AS was_team, LAG(t.skills) OVER (ORDER BY t.x) AS was_skills FROM t"
    )


def test_equalities_are_joined_by_and_differences_by_or() -> None:
    text = "select 1 from x join y on x.each_key = y.each_key where x.each_tracked is distinct from y.each_tracked"
    assert rendered(text) == (
        "SELECT 1 FROM x JOIN y ON (x.a = y.a AND x.b = y.b)"
        " WHERE (x.team IS DISTINCT FROM y.team OR x.skills IS DISTINCT FROM y.skills)"
    )


def test_an_empty_set_leaves_lists_and_makes_equality_true_and_difference_false() -> None:
    assert rendered("select t.each_none, 1 as one from t") == "SELECT 1 AS one FROM t"
    assert rendered("select 1 from t where t.each_none = t.each_none").endswith("WHERE TRUE")
    assert rendered("select 1 from t where t.each_none is distinct from t.each_none").endswith("WHERE FALSE")


def test_an_update_sets_every_column() -> None:
    assert rendered("update target as t set each_tracked = d.each_tracked from d") == (
        "UPDATE shop_marts.dim_people AS t SET team = d.team, skills = d.skills FROM d"
    )


def test_tables_queries_and_expressions_are_put_in() -> None:
    assert rendered("select e.the_time as at_time, the_op as op from target as e, other as o") == (
        "SELECT e.updated AS at_time, 'U' AS op FROM shop_marts.dim_people AS e, (SELECT 1 AS one) AS o"
    )


def test_a_mark_that_stands_for_nothing_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        rendered("select t.each_missing from t")


@pytest.mark.parametrize(
    ("dialect", "placeholder", "row"),
    [
        (DuckDB, "$load", "rowid"),
        (Postgres, "%(load)s", "ctid"),
        (MariaDB, "%(load)s", "_rowid"),
        (Redshift, "%(load)s", "ctid"),
    ],
)
def test_bound_values_and_rows_are_named_as_the_engine_names_them(
    dialect: type[Postgres], placeholder: str, row: str
) -> None:
    tree = bind(parse_one("select t.physical_row from t where t.n = :load", dialect="postgres"), BINDINGS, dialect)
    assert to_sql(tree, dialect) == f"SELECT t.{row} FROM t WHERE t.n = {placeholder}"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.sql")), ids=lambda path: path.stem)
def test_every_statement_can_be_rendered_for_every_engine(path: object) -> None:
    tree = parse_one(path.read_text(), dialect="postgres")  # type: ignore[attr-defined]  # - a Path
    for dialect in ALL:
        assert tree.sql(dialect=dialect.NAME)

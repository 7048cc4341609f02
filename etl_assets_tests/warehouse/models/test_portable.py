"""The portable subset: what is refused, and what has to be let through."""

from pathlib import Path

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.dialects import ALL
from etl_assets.warehouse.models.portable import problems, refuse
from etl_assets.warehouse.models.sql import ModelSql

NAME = TableName.parse("shop/marts/orders")


def sql(text: str) -> ModelSql:
    """A model of this text."""
    return ModelSql(NAME, Path("orders.sql"), text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("select * from t", "hides"),
        ("select t.a / t.b as c from t", "whole numbers"),
        ("select count(t.a) filter (where t.b) as c from t", "filter"),
        ("select distinct on (t.a) t.a from t", "distinct on"),
        ("select extract(epoch from t.a) as c from t", "epoch"),
        ("select a from t inner join u on t.a = u.a", "of which table"),
        ("select t.a from t where t.a ilike 'x'", "ilike"),
        ("select t.a from t where t.a ~ 'x'", "Patterns"),
        ("select current_timestamp as now", "clock"),
        ("select random() as r", "random"),
        ("select avg(t.a) as m from t", "exact_mean"),
        ("select g.n from generate_series(1, 2) as g(n)", "generate_series"),
        ("select percentile_cont(0.5) within group (order by t.a) as m from t", "Percentiles"),
        ("select u.a from t cross join lateral (select t.a) as u", "lateral"),
        ("select cast(t.a as jsonb) as j from t", "JSON"),
    ],
)
def test_what_differs_between_engines_is_refused(text: str, word: str) -> None:
    with pytest.raises(DeclarationError, match=word):
        refuse(sql(text))


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) as rows_now from t",
        "select cast(t.a as double precision) / t.b as share from t",
        "select t.a / 2.5 as c from t",
        "select t.a, u.b from t inner join u on t.a = u.a order by a",
        "select hours_between(t.a, t.b) as hours from t",
    ],
)
def test_what_is_alike_everywhere_is_let_through(text: str) -> None:
    assert problems(sql(text)) == []


@pytest.mark.parametrize("path", sorted(SQL_ROOT.glob("*/*/*.sql")), ids=lambda path: path.stem)
def test_every_model_is_portable_and_rendered_for_every_engine(path: Path) -> None:
    warehouse, layer = path.parts[-3:-1]
    if path.stem.count("."):
        pytest.skip("an override for one engine")
    model = ModelSql.read(TableName(warehouse, layer, path.stem))
    assert problems(model) == []
    for dialect in ALL:
        assert not {"hours_between", "exact_mean"} & set(model.rendered(dialect).lower().replace("(", " ").split())

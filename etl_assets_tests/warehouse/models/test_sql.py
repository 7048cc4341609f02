"""What a model's SQL file says of itself."""

from pathlib import Path

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse.dialects import DuckDB, Postgres
from etl_assets.warehouse.models.sql import ModelSql

NAME = TableName.parse("shop/marts/orders")
TEXT = """-- One row per order,
-- with its first payment.
-- Grain: id.
with first_payment as (
    select p.id, min(p.paid_at) as paid_at from shop_staging.payments as p group by p.id
)
select o.id, f.paid_at, upper(o.state) as state
from shop_staging.orders as o
left join first_payment as f on f.id = o.id
"""


@pytest.fixture
def model(tmp_path: Path) -> ModelSql:
    """A model over two upstreams."""
    path = NAME.sql_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    return ModelSql.read(NAME, tmp_path)


def test_the_opening_comment_is_description_and_grain(model: ModelSql) -> None:
    assert model.description == "One row per order, with its first payment."
    assert model.grain == "id"


def test_the_upstreams_are_the_tables_and_not_the_ctes(model: ModelSql) -> None:
    assert [name.key for name in model.upstreams] == ["shop/staging/orders", "shop/staging/payments"]


def test_column_lineage_reaches_through_ctes(model: ModelSql) -> None:
    assert model.column_lineage() == {
        "id": [("shop/staging/orders", "id")],
        "paid_at": [("shop/staging/payments", "paid_at")],
        "state": [("shop/staging/orders", "state")],
    }


def overridden(model: ModelSql, text: str) -> ModelSql:
    """The model with a file of its own for DuckDB."""
    model.path.with_suffix(".duckdb.sql").write_text(text)
    return ModelSql.read(NAME, model.path.parents[2])


def test_an_override_beside_the_file_serves_one_engine(model: ModelSql) -> None:
    both = overridden(model, "select 1 as one")
    assert both.rendered(DuckDB) == "SELECT\n  1 AS one"
    assert "shop_staging.orders" in both.rendered(Postgres)


def test_an_override_may_call_the_projects_functions_and_read_other_tables(model: ModelSql) -> None:
    both = overridden(model, "select hours_between(r.a, r.b) as hours from shop_staging.returns as r")
    assert "hours_between" not in both.rendered(DuckDB).lower()
    assert "shop/staging/returns" in {name.key for name in both.upstreams}


@pytest.mark.parametrize("text", ["select from where", "select 1; select 2", "delete from t"])
def test_an_override_that_is_not_one_query_is_refused_by_name(model: ModelSql, text: str) -> None:
    with pytest.raises(DeclarationError, match=r"orders\.duckdb\.sql"):
        overridden(model, text).upstreams  # noqa: B018 - reading it parses it


@pytest.mark.parametrize("text", ["select from where", "select 1; select 2", "delete from t"])
def test_a_file_that_is_not_one_query_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError, match=r"orders\.sql"):
        ModelSql(NAME, Path("orders.sql"), text).tree  # noqa: B018 - reading it parses it

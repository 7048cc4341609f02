"""The functions of ours that a model may call give the same on every engine."""

from math import fsum
from pathlib import Path
from random import Random

import pytest

from etl_assets.names import TableName
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.models.sql import ModelSql

VALUES = "(values (cast(0.1 as double precision)), (0.7), (1e9), (null), (-1e9), (0.2)) as t (x)"


def asked(engine: Engine, expression: str, table: str) -> object:
    """The value of an expression over a table, on an engine."""
    sql = ModelSql(TableName("shop", "marts", "one"), Path("one.sql"), f"select {expression} as found from {table}")
    with engine.reading() as session:
        return session.value(sql.rendered(session.dialect))


def test_hours_are_counted_from_the_earlier_time(engine: Engine) -> None:
    times = "(values (timestamp '2020-02-28 12:00:00', timestamp '2020-03-01 12:00:00.9')) as t (a, b)"
    assert asked(engine, "hours_between(t.a, t.b)", times) == 172_800_900_000 / 3.6e9
    assert asked(engine, "hours_between(t.b, t.a)", times) == -172_800_900_000 / 3.6e9
    assert asked(engine, "hours_between(t.a, null)", times) is None


def test_a_mean_does_not_depend_on_the_order_of_its_rows(engine: Engine) -> None:
    assert asked(engine, "exact_mean(t.x)", VALUES) == 0.2
    assert asked(engine, "exact_mean(t.x)", f"(select x from {VALUES} order by x) as t") == 0.2
    assert asked(engine, "exact_mean(t.x)", f"(select x from {VALUES} order by x desc) as t") == 0.2


def test_the_mean_of_nothing_is_null(engine: Engine) -> None:
    assert asked(engine, "exact_mean(t.x)", f"(select x from {VALUES} where x is null) as t") is None


@pytest.mark.parametrize("wrapped", ["exact_mean(hours_between(t.a, t.b))"])
def test_one_may_stand_in_the_other(engine: Engine, wrapped: str) -> None:
    times = "(values (timestamp '2020-01-01 00:00:00', timestamp '2020-01-01 01:30:00')) as t (a, b)"
    assert asked(engine, wrapped, times) == 1.5


@pytest.mark.parametrize("size", [1.0, 1e3, 1e6, 1e-6])
def test_a_mean_is_the_same_to_the_last_bit_on_every_engine(postgres_url: str, tmp_path: Path, size: float) -> None:
    chance = Random(size)  # noqa: S311 - nothing secret
    numbers = [chance.uniform(-size, size * 9) for _ in range(500)]
    rows = ", ".join(f"(cast('{number!r}' as double precision))" for number in numbers)
    duckdb, postgres = (
        asked(open_engine(url), "exact_mean(t.x)", f"(values {rows}) as t (x)")
        for url in (f"duckdb:///{tmp_path / 'warehouse.duckdb'}", postgres_url)
    )
    assert isinstance(duckdb, float)
    assert duckdb == postgres
    assert duckdb == pytest.approx(fsum(numbers) / len(numbers), rel=1e-12 if size >= 1 else 1e-6)


def test_whole_numbers_and_decimals_have_a_mean_too(engine: Engine) -> None:
    assert asked(engine, "exact_mean(t.x)", "(values (1), (2)) as t (x)") == 1.5
    assert asked(engine, "exact_mean(t.x)", "(values (cast(-0.5 as numeric(4, 2))), (-1.25)) as t (x)") == -0.875

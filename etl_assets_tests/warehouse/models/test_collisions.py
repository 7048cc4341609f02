"""What happens when two rows of a dimension would have one surrogate key: with keys of four bits, they soon do."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import md5
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest

from etl_assets.errors import KeyCollision
from etl_assets.warehouse.dialects import DuckDB
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.engines.duckdb import DuckDBEngine
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.test_build import DIMENSION, FACT, ORDERS, PEOPLE

START = "2020-01-01 00:00:00.000000"
UNSEEN = "1900-01-01 00:00:00.000000"


class FourBits(DuckDB):
    """DuckDB with surrogate keys from 0 to 15."""

    KEY_HASH: ClassVar[str] = "('0x' || substr(md5(t), 1, 1))::bigint"


class NarrowDuckDB(DuckDBEngine):
    """An engine of that dialect."""

    @contextmanager
    def writing(self, *, asset: str = "") -> Generator[Session]:
        """A transaction."""
        with super().writing(asset=asset) as session:
            session.dialect = FourBits
            yield session


def hashed(person: str, start: str = START, salt: str = "") -> str:
    """The first hexadecimal digit of what is hashed."""
    return md5(f"{person}|{start}{salt}".encode(), usedforsecurity=False).hexdigest()[0]


def like(person: str, start: str = START) -> str:
    """Another person with the same key, who with the salt 'x' has another."""
    others = (f"p{number}" for number in count())
    return next(p for p in others if hashed(p, start) == hashed(person, start) and hashed(p, START, "x") != PEPPERED)


ANN = "ann"
PEPPERED = hashed(ANN, START, "x")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A warehouse with a dimension of people and their orders."""
    shop = Shop(NarrowDuckDB(f"duckdb:///{tmp_path / 'warehouse.duckdb'}"), tmp_path / "sql")
    for key, columns in (("fact_orders", "id, person, ordered_at"), ("dim_people", "*")):
        shop.write(f"shop/marts/{key}", f"-- One row each.\nselect {columns} from shop_staging.{key.partition('_')[2]}")
    return shop


def tell(shop: Shop, *people: str) -> None:
    """Say that these people are there."""
    rows = (f"('{person}', 'Rome', '', timestamp '{START}', {n}, 'U')" for n, person in enumerate(people))
    shop.source("people", PEOPLE, *rows)


def test_two_new_rows_with_one_key_are_refused_by_name_and_nothing_is_written(shop: Shop) -> None:
    other = like(ANN)
    tell(shop, ANN, other)
    with pytest.raises(KeyCollision, match=f"surrogate key {int(hashed(ANN), 16)} for ann from .* and {other} from"):
        shop.build(DIMENSION)
    assert not shop.rows("select 1 from information_schema.tables where table_schema = 'shop_marts'")


def test_a_new_row_with_the_key_of_one_that_stands_is_refused(shop: Shop) -> None:
    tell(shop, ANN)
    shop.build(DIMENSION)
    tell(shop, ANN, like(ANN))
    with pytest.raises(KeyCollision, match='another salt for it \\(now ""\\)'):
        shop.build(DIMENSION)
    assert shop.rows("select count(*) from shop_marts.dim_people where person_key <> -1") == [(1,)]


def test_another_salt_gives_both_a_key(shop: Shop) -> None:
    tell(shop, ANN, like(ANN))
    shop.build(replace(DIMENSION, salt="x"))
    assert shop.rows(f"select person_key from shop_marts.dim_people where person = '{ANN}'") == [(int(PEPPERED, 16),)]
    assert shop.rows("select count(distinct person_key) from shop_marts.dim_people") == [(3,)]


def test_an_inferred_member_is_refused_too(shop: Shop) -> None:
    tell(shop)
    shop.build(DIMENSION)
    orders = (f"({n}, 'new', '{person}', null)" for n, person in enumerate((ANN, like(ANN, UNSEEN))))
    shop.source("orders", ORDERS, *orders)
    with pytest.raises(KeyCollision, match="ann from 1900-01-01"):
        shop.build(FACT)

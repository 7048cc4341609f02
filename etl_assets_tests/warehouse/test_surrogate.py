"""Surrogate keys, which every engine has to compute alike."""

from hashlib import md5

import pytest
from sqlglot import parse_one

from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.statement import Bindings, bind, to_sql

KEYS = [
    ("a", "2010-01-01 00:00:00"),
    ("", "0001-01-01 00:00:00.000001"),
    ("ä|€ 𝄞", "9999-12-31 23:59:59.999999"),
    ("o'hara", "2024-02-29 12:00:00.5"),
]


def asked(engine: Engine, expression: str) -> int:
    """The value of an expression on an engine."""
    with engine.reading() as session:
        tree = bind(parse_one(f"select {expression} as k", dialect="postgres"), Bindings(), session.dialect)
        return session.value(to_sql(tree, session.dialect))


def test_the_key_of_the_design_is_the_same_on_every_engine(engine: Engine) -> None:
    assert asked(engine, "surrogate_key('a', timestamp '2010-01-01')") == 1093875616875954621


@pytest.mark.parametrize(("key", "moment"), KEYS)
def test_a_key_is_sixty_bits_of_the_md5_of_key_and_time(engine: Engine, key: str, moment: str) -> None:
    whole, _, fraction = moment.partition(".")
    text = f"{key}|{whole}.{fraction:<06}"
    expected = int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)
    literal = key.replace("'", "''")
    assert asked(engine, f"surrogate_key('{literal}', timestamp '{moment}')") == expected


def test_the_parts_of_a_composite_key_are_prefixed_by_their_bytes(engine: Engine) -> None:
    expected = int(md5(b"2:\xc3\xa43:b:1|2010-01-01 00:00:00.000000", usedforsecurity=False).hexdigest()[:15], 16)
    assert asked(engine, "surrogate_key('ä', 'b:1', timestamp '2010-01-01')") == expected

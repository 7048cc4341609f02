"""Which queries give the rows of a key from that key's rows alone."""

import pytest
from sqlglot import parse_one

from etl_assets.names import TableName
from etl_assets.warehouse.models.declare import Incremental, Type2
from etl_assets.warehouse.models.perkey import is_per_key
from etl_assets.warehouse.models.sql import ModelSql

KEYED = {"s.a": ("id",), "s.b": ("a_id",)}
PER_KEY = (
    "select id, x from s.a",
    "select * from s.a",
    "select a.id, a.x as y from s.a as a where a.x > 1 order by a.x",
    "select a.id, b.x from s.a as a left join s.b as b on b.a_id = a.id and b.x > 1",
    "select b.a_id as id, b.x from s.a as a inner join s.b as b on (a.id = b.a_id)",
    "select a.id, b.x from s.a as a, s.b as b where b.x = 1 and a.id = b.a_id",
    "select a.id, o.x from s.a as a left join s.other as o on o.x = a.x",
    "select a.id, o.x from s.other as o inner join s.a as a on o.x = a.x",
    "select a.id, (select max(o.x) from s.other as o) as x from s.a as a",
    "select a_id as id, count(*) as n from s.b group by a_id having count(*) > 1",
    "select distinct a_id as id from s.b",
    "select id, row_number() over (partition by id, x order by y) as n from s.a",
    (
        "with n as (select a_id, count(*) as n from s.b group by a_id) select a.id, n.n from s.a as a"
        " left join n on n.a_id = a.id"
    ),
    (
        "with o as (select x, count(*) as n from s.other group by x limit 5) select a.id, o.n from s.a as a"
        " left join o on o.x = a.x"
    ),
    "select q.id from (select id from s.a where x = 1) as q",
)
ACROSS = (
    "select upper(id) as id, x from s.a",
    "select x as id, id as x from s.a",
    "select x from s.a",
    "select 'k' as id from s.other",
    "select p.id, boss.x from s.a as p left join s.a as boss on boss.id = p.boss",
    "select p.id, boss.x from s.a as p inner join s.a as boss on boss.id = p.id or boss.id = p.boss",
    "select boss.id, p.x from s.a as p left join s.a as boss on boss.id = p.id",
    "select a.id, b.x from s.a as a cross join s.b as b",
    "select a.id, b.x from s.a as a left join s.b as b on b.x = 1 where b.a_id = a.id",
    "select a.id, b.x from s.a as a right join s.b as b on b.a_id = a.id",
    "select a.id, b.x from s.a as a full join s.b as b on b.a_id = a.id",
    "select a.id, o.x from s.other as o left join s.a as a on o.x = a.x",
    "select a.id from s.a as a join s.b as b using (id)",
    "select a.id from s.a as a natural join s.other as o",
    "select id, row_number() over (order by x) as n from s.a",
    "select id, row_number() over (partition by x order by id) as n from s.a",
    "select id, sum(x) over w as n from s.a window w as (partition by x)",
    "select min(id) as id, x from s.a group by x",
    "select id, x from s.a group by grouping sets ((id, x), (x))",
    "select max(id) as id from s.a",
    "select distinct on (x) id, x from s.a",
    "select id, x from s.a order by x limit 3",
    "select id, x from s.a offset 3",
    "select id, x from s.a union all select 'none' as id, 0 as x",
    "select id from s.a except select a_id from s.b",
    "select a.id, (select max(b.x) from s.b as b) as x from s.a as a",
    "select a.id from s.a as a where exists (select 1 from s.a as o where o.boss = a.id)",
    "select a.id from s.a as a, lateral (select b.x from s.b as b where b.a_id = a.boss) as l",
    "with n as (select x, count(*) as n from s.a group by x) select a.id, n.n from s.a as a left join n on n.x = a.x",
    "with r (k, id) as (select id, x from s.a) select id from r",
    "with recursive r as (select id, x from s.a union all select id, x from r) select id from r",
    "with m as (select max(x) as x from s.a) select a.id, (select m.x from m) as x from s.a as a",
    "select t.id from (select id, x from s.a limit 1) as t",
    "select id from s.a tablesample system (10)",
)


@pytest.mark.parametrize("query", PER_KEY)
def test_a_query_that_takes_each_key_for_itself_is_per_key(query: str) -> None:
    assert is_per_key(parse_one(query, dialect="postgres"), KEYED, ("id",))


@pytest.mark.parametrize("query", ACROSS)
def test_a_query_that_looks_beyond_a_key_or_makes_one_is_not(query: str) -> None:
    assert not is_per_key(parse_one(query, dialect="postgres"), KEYED, ("id",))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select a.id, a.at from s.c as a inner join s.c as b on b.id = a.id and b.at = a.at", True),
        ("select a.id, a.at from s.c as a inner join s.c as b on b.id = a.id", False),
        ("select id, at, count(*) as n from s.c group by at, id", True),
        ("select id, max(at) as at from s.c group by id", False),
        ("select at as id, id as at from s.c", False),
    ],
)
def test_every_column_of_a_key_counts(query: str, *, expected: bool) -> None:
    assert is_per_key(parse_one(query, dialect="postgres"), {"s.c": ("id", "at")}, ("id", "at")) is expected


def test_the_supports_dimensions_and_facts_are_per_key() -> None:
    from etl_assets.defs.support.marts import MODELS  # noqa: PLC0415 - definitions are slow to import

    told = {"dim_analysts": ("analysts",), "dim_priorities": ("priorities",), "fact_cases": ("cases", "logs")}
    for model in (model for model in MODELS if model.table.table in told):
        assert isinstance(model, Incremental | Type2)
        keyed = {f"support_staging.{name}": model.key for name in told[model.table.table]}
        assert is_per_key(ModelSql.read(TableName.parse(model.name)).tree, keyed, model.key)

"""A dataset that is declared otherwise: what was loaded is read again, as a new warehouse would read the lake."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_assets.datasets import Csv, Dataset, FilePattern, Meaning
from etl_assets.errors import DeclarationError, LoadRefused
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine, Session, open_engine
from etl_assets.warehouse.engines.duckdb import DuckDBEngine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets_tests.warehouse.models.conftest import Shop

COLUMNS = {"id": "integer", "team": "text", "floor": "integer", "pay": "numeric(10,2)", "told_at": "timestamp"}
KINDS: tuple[Meaning, ...] = ("changes", "snapshot", "rows")
HEADER = "id,team,floor,pay,told_at,grade"
OLD = ("1,A,007,1.50,2020-01-01 00:00:00,x", "2,A,2,2.00,2020-01-01 00:00:00,", "3,A,1.5,2.00,2020-02-01 00:00:00,")
NEW = ("1,B,8,1.50,2021-01-01 00:00:00,y", "2,A,2,99999999.99,2021-01-01 00:00:00,x")
DIMENSION = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team", "floor"))
FACT = Incremental(
    name="shop/marts/fact_orders",
    key=("order_id",),
    touched={"shop/staging/orders": "order_id"},
    members=(Member(column="person_key", dimension=DIMENSION.name, by="person", at="placed_at"),),
)
ORDERS = Dataset(
    name="shop/staging/orders",
    columns=(Column("order_id", "bigint"), Column("person", "integer"), Column("placed_at", "timestamp")),
    key=("order_id",),
    files=(FilePattern(pattern="orders.csv"),),
)


def people(kind: Meaning, **types: str | None) -> Dataset:
    """A dataset with other types than ``COLUMNS`` says; a column without one is not declared."""
    columns = tuple(Column(name, of) for name, of in {**COLUMNS, **types}.items() if of)
    return Dataset(
        name="shop/staging/people",
        columns=columns,
        key=("id",),
        files=(FilePattern(pattern="{YYYY}.csv", format=Csv(header=True), meaning=kind),),
        effective_at="told_at" if kind == "changes" else None,
    )


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    """A warehouse with nothing in it."""
    return Shop(engine, tmp_path / "sql")


def told(shop: Shop, dataset: Dataset) -> None:
    """Two files arrive."""
    shop.load(dataset, "2020.csv", HEADER, *OLD)
    shop.load(dataset, "2021.csv", HEADER, *NEW)


def again(shop: Shop, dataset: Dataset) -> None:
    """The dataset is loaded as it is declared now; nothing has arrived."""
    load_dataset(shop.engine, dataset, open_lake(str(shop.root.parent / "lake")))


def shown(engine: Engine, dataset: Dataset) -> list[object]:
    """All that the warehouse has of the dataset, in any order."""
    listed = ", ".join(f'"{column.name}"' for column in dataset.columns)
    timed = "" if dataset.means("rows") else ", effective_at, sequence, op"
    asked = [
        f"select {listed}{timed} from shop_staging.people",
        "select path, line, column_name, value, reason from etl.quarantine",
        "select path, status, rows_read, rows_quarantined from etl.files",
    ]
    with engine.reading() as session:
        types = session.columns("shop_staging", "people")
        return [types, *(sorted(map(repr, session.rows(query))) for query in asked)]


def rebuilt(shop: Shop, dataset: Dataset, folder: Path) -> Engine:
    """A new warehouse from the same lake, on DuckDB."""
    engine = open_engine(f"duckdb:///{folder / 'other.duckdb'}")
    load_dataset(engine, dataset, open_lake(str(shop.root.parent / "lake")))
    return engine


CHANGED: dict[str, Callable[[Meaning], Dataset]] = {
    "integer to bigint": lambda kind: people(kind, floor="bigint", id="bigint"),
    "integer to numeric": lambda kind: people(kind, floor="numeric(12,1)"),
    "integer to double": lambda kind: people(kind, floor="double precision"),
    "integer to text": lambda kind: people(kind, floor="text", id="text"),
    "a wider numeric": lambda kind: people(kind, pay="numeric(12,4)"),
    "a column less": lambda kind: people(kind, floor=None),
    "a column that the lake has": lambda kind: people(kind, grade="text"),
    "another text for NULL": lambda kind: renewed(people(kind), "team", null_texts=("", "B")),
    "another name": lambda kind: renewed(people(kind), "team", name="squad", header="team"),
}


def renewed(dataset: Dataset, column: str, **options: Any) -> Dataset:  # noqa: ANN401 - as a column has them
    """The dataset with one column declared otherwise."""
    return replace(
        dataset, columns=tuple(replace(one, **options) if one.name == column else one for one in dataset.columns)
    )


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        *(("changes", change) for change in CHANGED),
        *((kind, change) for kind in ("snapshot", "rows") for change in ("integer to text", "a column less")),
    ],
)
def test_it_equals_a_new_warehouse_from_the_same_lake(shop: Shop, tmp_path: Path, kind: Meaning, change: str) -> None:
    told(shop, people(kind))
    times = shop.rows("select load_id, load_number, loaded_at from etl.loads order by 1")
    wanted = CHANGED[change](kind)
    again(shop, wanted)
    found, other = shown(shop.engine, wanted), shown(rebuilt(shop, wanted, tmp_path), wanted)
    assert found[1:] == other[1:]
    assert shop.rows("select load_id, load_number, loaded_at from etl.loads order by 1") == times
    shop.load(wanted, "2019.csv", HEADER, *OLD[:1])
    assert shown(shop.engine, wanted)[1:] == shown(rebuilt(shop, wanted, tmp_path / "sql"), wanted)[1:]


@pytest.mark.parametrize("kind", KINDS)
def test_a_narrower_type_is_refused_by_name_and_nothing_is_written(shop: Shop, kind: Meaning) -> None:
    told(shop, people(kind))
    before = shown(shop.engine, people(kind))
    with pytest.raises(
        DeclarationError, match=r"1 loaded row or file .* 2021\.csv, line 3, pay '99999999\.99': out of range"
    ):
        again(shop, people(kind, pay="numeric(8,2)"))
    assert shown(shop.engine, people(kind)) == before
    again(shop, people(kind, floor="numeric(3,0)"))
    assert shop.rows("select count(*) from etl.quarantine") == [(1,)]


def test_a_snapshot_that_was_let_pass_and_a_file_that_was_given_up_stay_so(shop: Shop) -> None:
    dataset = replace(people("snapshot"), missing="close")
    shop.load(dataset, "2020.csv", HEADER, *(f"{number},A,1,1,,x" for number in range(20)))
    with pytest.raises(LoadRefused, match="without 19 of the 20 keys"):
        shop.load(dataset, "2021.csv", HEADER, "1,A,1,1,,x")
    lake = open_lake(str(shop.root.parent / "lake"))
    load_dataset(shop.engine, dataset, lake, allow_closing=True)
    shop.load(dataset, "2022.csv", HEADER, *(f"{number},A,1,1,,x" for number in range(30, 60)))
    with pytest.raises(LoadRefused, match="without 30 of the 30 keys"):
        shop.load(dataset, "2023.csv", HEADER, "99,A,1,1,,x")
    load_dataset(shop.engine, dataset, lake, put_aside=["2023.csv"])
    before = shop.rows("select id, effective_at, op from shop_staging.people order by 1, 2")
    again(shop, replace(dataset, columns=people("snapshot", floor="bigint").columns))
    assert shop.rows("select id, effective_at, op from shop_staging.people order by 1, 2") == before


def test_a_wider_bound_lets_in_what_was_put_aside(shop: Shop) -> None:
    dataset = people("changes")
    shop.load(dataset, "2020.csv", HEADER, "1,A,1,1,1850-01-01 00:00:00,", "2,A,1,1,1950-01-01 00:00:00,")
    assert shop.rows("select id from shop_staging.people") == [(2,)]
    again(shop, replace(dataset, earliest=dataset.earliest.replace(year=1800)))
    assert shop.rows("select id from shop_staging.people order by 1") == [(1,), (2,)]
    assert shop.rows("select count(*) from etl.quarantine") == [(0,)]
    with pytest.raises(
        DeclarationError, match=r"1 loaded row or file .* line 2, told_at '1850.*before the earliest time"
    ):
        again(shop, dataset)


def test_another_key_is_read_as_if_it_had_always_been(shop: Shop, tmp_path: Path) -> None:
    told(shop, people("changes"))
    wanted = replace(people("changes"), key=("team", "id"))
    again(shop, wanted)
    assert shown(shop.engine, wanted)[1:] == shown(rebuilt(shop, wanted, tmp_path), wanted)[1:]


def test_an_operation_that_old_rows_do_not_have_is_refused_by_name(shop: Shop) -> None:
    told(shop, people("changes"))
    before = shown(shop.engine, people("changes"))
    with pytest.raises(DeclarationError, match=r"2020\.csv, line 2, grade 'x': none of I, U, D"):
        again(shop, replace(people("changes", grade="text"), op="grade"))
    assert shown(shop.engine, people("changes")) == before


KEYS = "select person_key, valid_from, valid_to from shop_marts.dim_people order by 1"
FACTS = "select order_id, person_key from shop_marts.fact_orders order by 1"


@pytest.fixture
def pointed(shop: Shop) -> Shop:
    """A dimension and a fact, one of whose keys the dimension has never seen."""
    observed = "p.effective_at, p.sequence, p.op from shop_staging.people as p"
    shop.write(DIMENSION.name, f"-- One row per version.\nselect p.id, p.team, p.floor, {observed}\n")
    shop.write(
        FACT.name, "-- One row per order.\nselect o.order_id, o.person, o.placed_at from shop_staging.orders as o\n"
    )
    told(shop, people("changes"))
    shop.load(ORDERS, "orders.csv", "1,1,2020-06-01 00:00:00", "2,1,2021-06-01 00:00:00", "3,7,2021-06-01 00:00:00")
    shop.build(DIMENSION)
    shop.build(FACT)
    return shop


@pytest.mark.parametrize("wider", ["bigint", "numeric(12,0)"])
def test_a_wider_key_keeps_the_surrogate_keys_and_moves_no_fact(pointed: Shop, wider: str) -> None:
    before = (pointed.rows(KEYS), pointed.rows(FACTS))
    again(pointed, people("changes", id=wider, pay="numeric(12,2)"))
    assert not pointed.build(DIMENSION).repointed
    assert (pointed.rows(KEYS), pointed.rows(FACTS)) == before


def test_a_key_that_becomes_a_text_keeps_them_too_once_the_facts_hold_a_text(pointed: Shop) -> None:
    before = (pointed.rows(KEYS), pointed.rows(FACTS))
    again(pointed, people("changes", id="text"))
    with pytest.raises(DeclarationError, match=r"dim_people has id as \w+, and shop/marts/fact_orders holds person as"):
        pointed.build(DIMENSION)
    assert (pointed.rows(KEYS), pointed.rows(FACTS)) == before
    again(pointed, replace(ORDERS, columns=(ORDERS.columns[0], Column("person"), ORDERS.columns[2])))
    pointed.run("drop table shop_marts.fact_orders")
    pointed.build(DIMENSION)
    pointed.build(FACT)
    assert (pointed.rows(KEYS), pointed.rows(FACTS)) == before


def test_a_title_that_is_declared_later_finds_what_the_lake_has_under_it(shop: Shop, tmp_path: Path) -> None:
    told(shop, people("changes"))
    untitled = people("changes", level="text")
    again(shop, untitled)
    titled = renewed(untitled, "level", header="grade")
    again(shop, titled)
    assert shown(shop.engine, titled)[1:] == shown(rebuilt(shop, titled, tmp_path), titled)[1:]


PRICED = replace(
    ORDERS, columns=(Column("order_id"), Column("person", "integer"), Column("placed_at"), Column("price", "integer"))
)
PRICES = "select order_id, cast(price as text) from shop_marts.fact_priced order by 1"


def test_a_fact_of_it_is_computed_whole_though_its_dimension_is_as_it_was(pointed: Shop) -> None:
    """Else its column keeps the old type, which rounds; and keys that are read otherwise now stay beside the new."""
    fact = replace(FACT, name="shop/marts/fact_priced", members=(replace(FACT.members[0], at=None),))
    priced = replace(PRICED, name="shop/staging/priced", files=(FilePattern(pattern="priced.csv"),))
    pointed.write(fact.name, "-- One row.\nselect p.order_id, p.person, p.price from shop_staging.priced as p\n")
    pointed.load(priced, "priced.csv", "007,1,,4", "8,1,,2.50")
    fact = replace(fact, touched={priced.name: "order_id"})
    pointed.build(fact)
    assert pointed.rows(PRICES) == [("007", "4")]
    exact = replace(
        priced, columns=(Column("order_id", "bigint"), *priced.columns[1:3], Column("price", "numeric(8,2)"))
    )
    again(pointed, exact)
    pointed.build(fact)
    assert pointed.rows(PRICES) == [(7, "4.00"), (8, "2.50")]


def test_a_key_of_other_columns_is_refused_as_long_as_a_fact_holds_the_old_one(pointed: Shop) -> None:
    again(pointed, replace(people("changes"), key=("team", "id")))
    wider = replace(DIMENSION, key=("team", "id"), tracked=("floor",))
    with pytest.raises(DeclarationError, match=r"fact_orders points to .*dim_people by person, its key is"):
        pointed.build(wider)
    pointed.run("drop table shop_marts.fact_orders")
    assert pointed.build(wider).rows == 4


class Queued(DuckDBEngine):
    """A database for which another process waits too, and has its turn first."""

    before: Callable[[], None] | None = None

    @contextmanager
    def _writing(self) -> Generator[Session]:
        before, self.before = self.before, None
        if before:
            before()
        with super()._writing() as session:
            yield session


def test_what_another_process_has_loaded_meanwhile_is_not_missing_in_the_lake(tmp_path: Path) -> None:
    shop = Shop(engine := Queued(f"duckdb:///{tmp_path / 'warehouse.duckdb'}"), tmp_path / "sql")
    shop.load(people("changes"), "2020.csv", HEADER, *OLD)
    engine.before = lambda: shop.load(people("changes"), "2021.csv", HEADER, *NEW)
    again(shop, people("changes", floor="bigint"))
    assert shop.rows("select count(*) from etl.loads") == [(2,)]

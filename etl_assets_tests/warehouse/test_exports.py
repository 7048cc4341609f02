"""Tables as files: whole or not at all, and untouched when nothing changed."""

import os
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from etl_assets import failpoints
from etl_assets.errors import WarehouseError
from etl_assets.failpoints import FailpointReached
from etl_assets.names import TableName
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.exports import export_table

THINGS = TableName.parse("shop/reports/things")


@pytest.fixture
def things(engine: Engine) -> Engine:
    """A table with three rows."""
    with engine.writing() as session:
        session.run("create schema shop_reports")
        session.run("create table shop_reports.things (name text, price numeric(6, 2), seen timestamp)")
        session.run(
            "insert into shop_reports.things values ('b', 10.50, timestamp '2020-01-01 00:00:00'), ('a', 2.00, null),"
            " (null, null, null)"
        )
    return engine


def export(engine: Engine, path: Path, *, order_by: tuple[str, ...] = ("name",)) -> int:
    with engine.reading() as session:
        return export_table(session, THINGS, path, order_by=order_by)


def test_a_table_becomes_a_file_in_the_declared_order(things: Engine, tmp_path: Path) -> None:
    path = tmp_path / "new" / "things.csv"
    assert export(things, path, order_by=("case when name is null then 0 else 1 end", "price desc")) == 3
    assert path.read_bytes() == b"name,price,seen\n,,\nb,10.50,2020-01-01 00:00:00\na,2.00,\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["things.csv"]


def test_a_declared_form_is_used(things: Engine, tmp_path: Path) -> None:
    form = Delimited(delimiter=";", quoting="nonnumeric", lineterminator="\r\n", header=False)
    with things.reading() as session:
        export_table(session, THINGS, tmp_path / "things.txt", form=form, order_by=("price",))
    assert (tmp_path / "things.txt").read_bytes().startswith(b'"a";2.00;""\r\n"b";10.50;"2020-01-01 00:00:00"\r\n')


def test_a_file_with_the_same_rows_is_left_alone(things: Engine, tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    export(things, path)
    os.utime(path, (1, 1))
    export(things, path)
    assert path.stat().st_mtime == 1
    with things.writing() as session:
        session.run("delete from shop_reports.things where name = 'a'")
    export(things, path)
    assert path.stat().st_mtime > 1
    assert b"a,2.00" not in path.read_bytes()


def test_a_place_that_cannot_be_written_is_named(things: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match=r"things\.csv cannot be written: .+\. Check the folder's"):
        export(things, tmp_path / "file" / "things.csv")


def test_a_query_that_fails_leaves_the_old_file(things: Engine, tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text("old")
    with pytest.raises(WarehouseError):
        export(things, path, order_by=("nothing",))
    assert [(entry.name, entry.read_text()) for entry in tmp_path.glob("things*")] == [("things.csv", "old")]


@pytest.mark.parametrize(("place", "found"), [("before", "old"), ("after", "name,price,seen\n")])
def test_a_failure_at_the_rename_leaves_the_old_or_the_new_file(
    things: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, found: str
) -> None:
    path = tmp_path / "things.csv"
    path.write_text("old")
    monkeypatch.setattr(failpoints, "_passed", Counter[str]())
    monkeypatch.setenv("ETL_FAILPOINT", f"export.{place}_rename:raise")
    with pytest.raises(FailpointReached):
        export(things, path)
    assert path.read_text().startswith(found)


@pytest.mark.parametrize("place", ["export.before_rename", "export.after_rename"])
def test_killed_at_the_rename_and_started_again_gives_the_whole_file(
    things: Engine, tmp_path: Path, place: str
) -> None:
    path = tmp_path / "things.csv"
    assert in_a_process(killed_export, things.url, path, place) == -9
    export(things, path)
    assert len(path.read_text().splitlines()) == 4


def in_a_process(work: Callable[..., None], *arguments: object) -> int | None:
    process = get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def killed_export(url: str, path: Path, place: str) -> None:
    os.environ["ETL_FAILPOINT"] = f"{place}:kill"
    export(open_engine(url), path)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["B", "a b", "a-b", "ab"]),
        ("name desc", ["ab", "a-b", "a b", "B"]),
        ("coalesce(name, '')", ["B", "a b", "a-b", "ab"]),
    ],
)
def test_text_is_ordered_by_its_bytes_whatever_the_collation(
    tmp_path: Path, engine: Engine, order: str, names: list[str]
) -> None:
    with engine.writing() as session:
        collation = "" if engine.file else ' collate "en-x-icu"'
        session.run("create schema shop_reports")
        session.run(f"create table shop_reports.things (name text{collation})")
        session.run("insert into shop_reports.things values ('a b'), ('B'), ('ab'), ('a-b')")
    export(engine, tmp_path / "things.csv", order_by=(order,))
    assert (tmp_path / "things.csv").read_text().splitlines()[1:] == names

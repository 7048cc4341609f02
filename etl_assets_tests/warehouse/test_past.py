"""A warehouse's past is what it was: every row and key of every table, on both engines."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.defs.support import marts, raw, reports
from etl_assets.errors import WarehouseError
from etl_assets.lake.lake import open_lake
from etl_assets.samples.support import write_support
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.past import known_by, past
from etl_assets_tests.faults.support_run import Rows, bring_up_to_date, contents

SUPPORT = Declared(raw.DATASETS, (*marts.MODELS, *reports.MODELS))
DAYS = "20??-??-??"


@pytest.fixture(params=["duckdb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty warehouse, once on each engine."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"


def last_load(url: str) -> datetime:
    """When the last load was committed."""
    with open_engine(url).reading() as session:
        return session.value("select max(loaded_at) from etl.loads")


def seen(home: Path, url: str, at: datetime) -> tuple[Engine, dict[str, Rows]]:
    """The past of a time, and what is in it."""
    known = known_by(open_engine(url), SUPPORT, at)
    found = past(open_lake(str(home / "lake")), SUPPORT, known, home / "past")
    return found, contents(found.url)


def test_the_past_is_what_it_was_and_the_present_what_it_is(tmp_path: Path, url: str) -> None:
    write_support(tmp_path / "story", days=2)
    shutil.copytree(tmp_path / "story", tmp_path / "landing" / "support", ignore=shutil.ignore_patterns(DAYS))
    bring_up_to_date(tmp_path, url)
    then, before = last_load(url), contents(url)
    shutil.copytree(tmp_path / "story", tmp_path / "landing" / "support", dirs_exist_ok=True)
    bring_up_to_date(tmp_path, url)
    now = contents(url)
    assert now["support/marts/dim_analysts"] != before["support/marts/dim_analysts"]

    engine, found = seen(tmp_path, url, then)
    assert found == before
    assert seen(tmp_path, url, last_load(url))[1] == now
    assert not Path(engine.url.removeprefix("duckdb:///")).exists(), "only the last one asked for is kept"
    with pytest.raises(WarehouseError, match="Nothing had been loaded by 1999"):
        seen(tmp_path, url, datetime(1999, 1, 1))  # noqa: DTZ001 - UTC without a zone


def test_the_same_past_is_built_once(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    write_support(tmp_path / "landing" / "support")
    bring_up_to_date(tmp_path, url)
    file = Path(seen(tmp_path, url, last_load(url))[0].url.removeprefix("duckdb:///"))
    written = file.stat().st_mtime_ns
    later = last_load(url) + timedelta(days=1)
    assert seen(tmp_path, url, later)[0].url == f"duckdb:///{file}"
    assert file.stat().st_mtime_ns == written
    assert [path.name for path in file.parent.iterdir() if path.suffix != ".lock"] == [file.name]


def test_a_file_that_was_put_aside_then_stays_so(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    folder = tmp_path / "landing" / "support"
    folder.mkdir(parents=True)
    head = "id,name,Assign SLA,Response SLA,Resolve SLA\n"
    (folder / "PrioritySLA.csv").write_text(head + "".join(f"x{n},High,1,4,8\n" for n in range(12)))
    lake = open_lake(str(tmp_path / "lake"))
    extract_files(raw.priorities, tmp_path / "landing", lake)
    (folder / "PrioritySLA.csv").write_text(head + "1,High,1,4,8\n")
    extract_files(raw.priorities, tmp_path / "landing", lake)
    load_dataset(open_engine(url), raw.priorities, lake)
    declared = Declared([raw.priorities], [marts.dim_priorities])
    known = known_by(open_engine(url), declared, last_load(url))
    assert [len(each.put_aside) for each in known.values()] == [1]
    with past(lake, declared, known, tmp_path / "past").reading() as session:
        assert session.rows("select priority from support_marts.dim_priorities where priority_key <> -1") == [(1,)]

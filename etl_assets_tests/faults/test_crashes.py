"""Killed at any named place and started again equals never killed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import sql

from etl_assets.failpoints import PLACES
from etl_assets.samples.support import write_support
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.faults import support_run
from etl_assets_tests.faults.support_run import Rows

OF_OTHERS = ("export.", "processed.", "rebuild.", "reconcile.")
OF_A_BUILD = [place for place in PLACES if not place.startswith(OF_OTHERS)]
SECOND_RUN = [
    (place, time)
    for place in OF_A_BUILD
    for time in (1, 2, 3)
    if (place, time) not in {("model.after_repoint", 2), ("model.after_repoint", 3)}
]
FIRST_RUN = [(place, 2) for place in OF_A_BUILD] + [("model.after_repoint", 1), ("model.after_repoint", 3)]
DAYS = "20??-??-??"
LEDGERS = ("loads", "files", "quarantine", "datasets", "models", "builds", "repoints", "members", "checks")


@dataclass(frozen=True)
class Home:
    """A folder with a landing folder and a lake, and the URL of its warehouse."""

    folder: Path
    url: str

    def land(self, story: Path, *, ignore: tuple[str, ...] = ()) -> None:
        """Put the story's files into the landing folder, with their times."""
        shutil.copytree(story, self.folder / "landing", dirs_exist_ok=True, ignore=shutil.ignore_patterns(*ignore))

    def run(self, *, failpoint: str | None = None) -> int:
        """Bring the warehouse up to date in a process of its own."""
        return support_run.run(self.folder, self.url, failpoint=failpoint)

    def contents(self) -> dict[str, Rows]:
        """Every row of every mart and report."""
        return support_run.contents(self.url)

    def ledgers(self) -> dict[str, Rows]:
        """Every row of every ledger."""
        with open_engine(self.url).reading() as session:
            return {name: sorted(session.rows(f"select * from etl.{name}"), key=repr) for name in LEDGERS}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A department's history and two days more, as files to land."""
    folder = tmp_path_factory.mktemp("story")
    write_support(folder / "support", days=2)
    return folder


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def halfway(request: pytest.FixtureRequest, story: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A warehouse that has loaded the history and not yet the days; copied, never changed."""
    folder = tmp_path_factory.mktemp("halfway")
    if request.param == "duckdb":
        yield loaded(Home(folder, f"duckdb:///{folder / 'warehouse.duckdb'}"), story)
        return
    server = request.getfixturevalue("postgres_server")
    server.execute(sql.SQL("create database halfway"))
    yield loaded(Home(folder, server.url("halfway")), story)
    server.execute(sql.SQL("drop database halfway with (force)"))


def loaded(home: Home, story: Path) -> Home:
    """A home that has loaded the history."""
    home.land(story, ignore=(DAYS,))
    assert home.run() == 0
    return home


@pytest.fixture
def home(halfway: Home, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    """A copy of it, for one test to kill."""
    folder = tmp_path / "home"
    shutil.copytree(halfway.folder, folder)
    if halfway.url.startswith("duckdb"):
        yield Home(folder, f"duckdb:///{folder / 'warehouse.duckdb'}")
        return
    server = request.getfixturevalue("postgres_server")
    server.execute(sql.SQL("create database killed template halfway"))
    yield Home(folder, server.url("killed"))
    server.execute(sql.SQL("drop database killed with (force)"))


@pytest.fixture
def empty(halfway: Home, tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    """A warehouse on the same engine that has nothing yet."""
    folder = tmp_path / "empty"
    folder.mkdir()
    if halfway.url.startswith("duckdb"):
        return Home(folder, f"duckdb:///{folder / 'warehouse.duckdb'}")
    return Home(folder, request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def undisturbed(story: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """What runs that nobody kills make of the history, and then of the days."""
    folder = tmp_path_factory.mktemp("undisturbed")
    home = loaded(Home(folder, f"duckdb:///{folder / 'warehouse.duckdb'}"), story)
    home.land(story)
    assert home.run() == 0
    return home.contents()


@pytest.mark.parametrize(("place", "time"), SECOND_RUN)
def test_a_run_killed_anywhere_and_started_again_equals_one_that_was_not(
    home: Home, story: Path, undisturbed: dict[str, Rows], place: str, time: int
) -> None:
    home.land(story)
    assert home.run(failpoint=f"{place}:kill@{time}") == -9
    assert home.run() == 0
    assert home.contents() == undisturbed


@pytest.mark.parametrize(("place", "time"), FIRST_RUN)
def test_a_first_run_killed_anywhere_leaves_no_trace(
    empty: Home, halfway: Home, story: Path, place: str, time: int
) -> None:
    empty.land(story, ignore=(DAYS,))
    assert empty.run(failpoint=f"{place}:kill@{time}") == -9
    assert empty.run() == 0
    assert empty.contents() == halfway.contents()


def test_a_run_with_nothing_new_writes_nothing(home: Home) -> None:
    before = (home.ledgers(), home.contents())
    assert home.run() == 0
    assert (home.ledgers(), home.contents()) == before

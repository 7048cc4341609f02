"""The pages, followed to the letter in a copy of the project: every command works, and what they show comes out."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from etl_assets_tests.guide_command import programs_of_pages
from etl_assets_tests.guide_pages import GUIDES, Step, steps
from etl_assets_tests.guide_reader import ENDS_WITH, NOT_TYPED, TYPED_INSTEAD, Reader, missing
from etl_assets_tests.servers.postgres import Postgres
from etl_assets_tests.servers.s3 import S3Server
from etl_assets_tests.test_docs import blocks

README, POSTGRES, CRON = "README.md", "docs/postgresql.md", "docs/each-night.md"
SAMPLE, TOTESYS = "docs/totesys-sample.md", "docs/totesys.md"
BUCKET = "docs/s3.md"
SHOWN = {
    "docs/add-a-check.md": 1,
    "docs/add-a-table.md": 1,
    "docs/command.md": 0,
    CRON: 0,
    "docs/dms.md": 0,
    "docs/history.md": 0,
    "docs/new-warehouse.md": 5,
    "docs/reconcile.md": 0,
    "docs/recover.md": 0,
    "docs/sparkify.md": 2,
    "docs/totesys-model.md": 0,
    "docs/try-a-table.md": 1,
}
"""The pages with commands that need no server, and how many outputs they show right behind some."""

BEHIND_THE_DEMO = {
    "docs/add-a-check.md",
    "docs/add-a-table.md",
    "docs/new-warehouse.md",
    "docs/reconcile.md",
    "docs/recover.md",
    CRON,
}


@pytest.fixture(scope="module")
def programs() -> Iterator[Path]:
    """The command, quick to start."""
    with programs_of_pages() as folder:
        yield folder


@pytest.fixture(scope="module")
def readme(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> tuple[Path, list[tuple[str, str]]]:
    """The folder of who has followed the README, and what it shows beside what was said."""
    folder = tmp_path_factory.mktemp("readme")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETL_SETTLE_SECONDS", "0")
        return folder, [*Reader(folder, programs=programs).follow(README)]


@pytest.fixture
def administrator(postgres_server: Postgres) -> Iterator[Postgres]:
    """A server for the role and the database of the page, taken away afterwards, and for who only reads."""
    postgres_server.execute("create role analyst login")
    yield postgres_server
    postgres_server.execute("drop database if exists warehouse with (force)")
    postgres_server.execute("drop role if exists etl, analyst")


def typed(page: str) -> list[str]:
    """The commands of a page."""
    return [line for step in steps(page) if step.kind == "shell" for line in step.commands]


def test_every_page_with_commands_is_followed() -> None:
    with_commands = {page for page in GUIDES if any(not line.startswith(tuple(NOT_TYPED)) for line in typed(page))}
    assert with_commands == {*SHOWN, README, POSTGRES, SAMPLE, TOTESYS, BUCKET}


def test_what_is_not_typed_as_it_stands_does_stand_on_a_page() -> None:
    lines = [line for page in GUIDES for line in typed(page)]
    assert [words for words in (*NOT_TYPED, *ENDS_WITH) if not any(line.startswith(words) for line in lines)] == []
    assert [words for words in TYPED_INSTEAD if not any(words in line for line in lines)] == []


def test_the_readme_shows_what_the_demo_says(readme: tuple[Path, list[tuple[str, str]]]) -> None:
    ((shown, said),) = readme[1]
    assert missing(shown, said) == [], said


@pytest.mark.parametrize("page", SHOWN)
def test_the_commands_of_a_page_work_and_say_what_it_shows(
    page: str, tmp_path: Path, programs: Path, request: pytest.FixtureRequest
) -> None:
    if page in BEHIND_THE_DEMO:
        shutil.copytree(request.getfixturevalue("readme")[0] / "var", tmp_path / "var")
    reader = Reader(tmp_path, programs=programs)
    if page.startswith("docs/add-a-"):
        edit(tmp_path, page)
    compared = 0
    for shown, said in reader.follow(page):
        if SHOWN[page]:
            assert missing(shown, said) == [], said
            compared += 1
    assert compared == SHOWN[page]
    assert page != CRON or (tmp_path / "var/last-run.err").read_text() == ""


def test_the_commands_of_the_page_of_postgresql_work(
    administrator: Postgres, tmp_path: Path, programs: Path, readme: tuple[Path, list[tuple[str, str]]]
) -> None:
    shutil.copytree(readme[0] / "var", tmp_path / "var")
    url = administrator.url("warehouse").replace("postgres@", "etl@")

    def ask(text: str) -> None:
        with psycopg.connect(administrator.url() if text.startswith("create") else url, autocommit=True) as session:
            for statement in filter(str.strip, text.split(";")):
                session.execute(statement.encode())

    assert [*Reader(tmp_path, programs=programs, server=url, asks=ask).follow(POSTGRES)] == []
    with psycopg.connect(url.replace("etl@", "analyst@")) as session:
        assert session.execute("select count(*) from support_marts.dim_analysts").fetchall() == [(600,)]


def test_the_commands_of_the_page_of_buckets_work(s3: S3Server, tmp_path: Path, programs: Path) -> None:
    s3.bucket("example-warehouse")
    assert [*Reader(tmp_path, programs=programs).follow(BUCKET)] == []
    found = s3.client().list_objects_v2(Bucket="example-warehouse", Prefix="lake/support/cases/manifests/")
    assert found["KeyCount"] > 0


def test_the_commands_of_the_page_of_the_sample_database_work(
    administrator: Postgres, tmp_path: Path, programs: Path
) -> None:
    administrator.execute("create database warehouse")
    url, told = administrator.url("warehouse"), list[int]()

    def ask(text: str) -> None:
        with closing(sqlite3.connect(tmp_path / "var/totesys_history.db")) as history:
            told.append(len(history.execute(text).fetchall()))

    assert [*Reader(tmp_path, programs=programs, server=url, asks=ask).follow(SAMPLE)] == []
    with psycopg.connect(url) as session:
        assert session.execute("select count(*) > 10000 from sales_order").fetchall() == [(True,)]
    assert told[0] > 1_000


def test_the_commands_of_the_page_of_totesys_work_and_its_own_database_is_extracted(
    administrator: Postgres, tmp_path: Path, programs: Path
) -> None:
    administrator.execute("create database warehouse")
    url = administrator.url("warehouse")

    def ask(text: str) -> None:
        with psycopg.connect(url) as session:
            session.execute(text.encode())

    server = url.replace("postgres@", "etl@")
    told = [*Reader(tmp_path, programs=programs, server=server, asks=ask).follow(TOTESYS)]
    assert [missing(shown, said) for shown, said in told] == [[], []]


def test_what_a_page_shows_and_nobody_said_is_found() -> None:
    said = " a/b   1,400   0.09   1 ok \nok: 23 done, in 6.8 s\nfiles in /srv/var"
    assert missing(" a/b 1,400 3.31 1 ok\n ───\nok: 23 done, in 1.0 s\nfiles in …/var\n …\n", said) == []
    assert missing("a/b 1,401 1 ok\nok: 24 done, in 6.8 s\n", said) == ["a/b 1,401 1 ok", "ok: 24 done, in"]


def test_a_command_that_fails_is_found(tmp_path: Path, programs: Path) -> None:
    reader = Reader(tmp_path, programs=programs)
    with pytest.raises(AssertionError, match="There is no warehouse at"):
        reader.type(Step(kind="shell", text='etl-assets query "select 1 from never"\ntrue\n'))


def edit(folder: Path, page: str) -> None:
    """Write what a guide says in words into the files that are there."""
    table, models, *_ = (code for found, code in blocks("python") if found.name == "add-a-table.md")
    check = next(code for found, code in blocks("python") if found.name == "add-a-check.md")
    if page.endswith("table.md"):
        insert(folder / "etl_assets/defs/support/marts.py", models.replace(", team_sizes)", ")"), f"{table}\n{models}")
    else:
        insert(folder / "etl_assets/defs/support/checks.py", "OF_CASES = (\n", f"OF_CASES = (\n    {check.strip()},\n")


def insert(file: Path, old: str, new: str) -> None:
    """Put other lines in the place of those of a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} has no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")

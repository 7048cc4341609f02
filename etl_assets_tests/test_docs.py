"""The documentation against the code: links resolve, commands parse, queries run, and lists are complete."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
import sqlglot
from click.testing import CliRunner
from sqlglot import exp

from etl_assets import failpoints, settings
from etl_assets.cli import VERBS, command
from etl_assets.connectors.files import problems as record_problems
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.defs.support.raw import DATASETS
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.schema import Column
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load import changes_sql, lexical
from etl_assets.warehouse.models import portable
from etl_assets.warehouse.models.declare import Type2
from etl_assets.warehouse.models.sql import ModelSql
from etl_assets_tests.command_page import PAGE, with_help

ROOT = Path(__file__).parents[1]
TYPES = ("text", "bigint", "integer", "numeric(12,2)", "double precision", "boolean", "date", "timestamp")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TOLD = re.compile(r"`(?:\w+=\S+ )*etl-assets (\w[^`]*)`")
_LEFT_OPEN = (click.MissingParameter, click.BadOptionUsage, click.exceptions.NoArgsIsHelpError)
_COMMAND = re.compile(r"^(?:\w+=\S+ )*etl-assets (\w.*)$", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The names under which a page's headings can be linked to."""
    titles = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        target, _, anchor = link.partition("#")
        other = (page.parent / target).resolve() if target else page
        is_broken = not other.exists() or (anchor and anchor not in anchors(other.read_text(encoding="utf-8")))
        if "://" not in target and is_broken:
            yield link


def blocks(language: str) -> Iterator[tuple[Path, str]]:
    """The code of a language on all pages, with its page."""
    for page in PAGES:
        for found, code in _FENCE.findall(page.read_text(encoding="utf-8")):
            if found == language:
                yield page, code


def commands() -> list[str]:
    """Those of blocks, and those within a sentence, which may leave out what is asked or named."""
    typed = {line for _, code in blocks("") for line in _COMMAND.findall(code)}
    texts = (_FENCE.sub("", page.read_text(encoding="utf-8")) for page in PAGES)
    told = {line for text in texts for line in _TOLD.findall(text) if not re.search(r"[…\[]|SECONDS", line)}
    return sorted(typed | told)


def queries() -> list[str]:
    """The queries that a reader of the demo may ask; models, an administrator's, and another database's are others."""
    others = ("create", "grant"), ("shop_", "commit_id")
    codes = [code for _, code in blocks("sql") if not code.startswith(others[0])]
    asked = [code for code in codes if not any(word in code for word in others[1])]
    found = [tree for code in asked for tree in sqlglot.parse(code, dialect="postgres")]
    shown = [tree for tree in found if isinstance(tree, exp.Query) and tree.find(exp.Table)]
    return sorted({tree.sql(dialect="duckdb", comments=False) for tree in shown if not tree.find(exp.Anonymous)})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n[a](#one) [b](#two) [c](page.md) [d](other.md) [e](https://example.org)\n", encoding="utf-8"
    )
    assert list(broken_links(page)) == ["#two", "other.md"]


def test_every_picture_is_there_and_small_and_stands_on_a_page() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in _PICTURE.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
    }
    assert shown == {*(ROOT / "docs" / "images").glob("*.png")}
    assert [picture.name for picture in shown if picture.stat().st_size > 150_000] == []


def test_every_page_is_in_the_index() -> None:
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert pages - {"README.md"} == {link for link in _LINK.findall(text_of("docs/README.md")) if ".." not in link}


def test_the_help_texts_are_the_command_s_own() -> None:
    assert with_help(PAGE.read_text(encoding="utf-8")) == PAGE.read_text(encoding="utf-8")


def test_every_verb_is_explained() -> None:
    explained = set(re.findall(r"^## `etl-assets (\w+)`", text_of("docs/command.md"), re.MULTILINE))
    listed = set(re.findall(r"^\| `etl-assets (\w+)", text_of("README.md"), re.MULTILINE))
    assert explained == listed == set(VERBS)


@pytest.mark.parametrize("line", commands())
def test_a_command_on_a_page_is_understood(line: str) -> None:
    known = line.replace("$before", "2026-03-31").replace("TIME", "2026-03-31")
    verb, *arguments = shlex.split(re.split(r" [>|] ", known)[0], comments=True)
    with click.Context(command, **command.context_settings) as context:
        found = command.get_command(context, verb)
        assert found is not None
        with suppress(*_LEFT_OPEN):
            found.make_context(verb, arguments, parent=context)


def test_every_target_of_make_on_a_page_is_there() -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    named = {
        target for page in PAGES for target in re.findall(r"`?\bmake ([a-z]+)\b`", page.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= targets


def test_every_setting_is_on_its_page_and_no_other() -> None:
    rows = re.findall(r"^\| `(ETL_\w+)`", text_of("docs/settings.md"), re.MULTILINE)
    assert set(rows) - {"TESTS_REAL_DATA"} == settings.KNOWN
    shown = re.findall(r"^\| `(ETL_\w+)`", text_of("README.md"), re.MULTILINE)
    assert set(shown) == settings.KNOWN - {"ETL_FAILPOINT"}


def test_the_number_of_places_at_which_a_run_is_killed_is_right() -> None:
    assert f"[{len(failpoints.PLACES)} places]" in text_of("README.md")


def test_the_files_of_the_example_are_listed_with_their_columns() -> None:
    page = text_of("docs/support-files.md")
    for dataset in DATASETS:
        section = page.partition(f"\n## {dataset.table.table}\n")[2].partition("\n## ")[0]
        named = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`)?", section, re.MULTILINE)
        files = [(file.pattern, "") for file in dataset.files]
        assert named == [*files, *((column.title, column.type) for column in dataset.columns)]


def test_every_failpoint_is_on_the_page_of_recovery() -> None:
    text = text_of("docs/recover.md").partition("## Trying it")[2]
    assert tuple(re.findall(r"`([a-z]+\.[a-z_]+)`", text)) == failpoints.PLACES


def test_every_ledger_is_explained() -> None:
    rows = re.findall(r"^\| (`etl\..*?) \|", text_of("docs/concepts.md"), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"etl\.(\w+)", row)} == set(ledger.TABLES)


def test_every_reason_for_the_quarantine_is_explained() -> None:
    page = text_of("docs/bad-input.md")
    of_records = [value for name, value in vars(record_problems).items() if name.isupper() and isinstance(value, str)]
    source = Path(lexical.__file__).read_text(encoding="utf-8")
    of_values = re.findall(r', "((?:not|no|more|out|neither|it has) [^"]*)"\)', source)
    of_changes = [value for name, value in vars(changes_sql).items() if name.isupper() and isinstance(value, str)]
    assert len(of_records) >= 8
    assert len(of_values) >= 13
    assert len(of_changes) >= 2
    reasons = [*of_records, *of_values, *of_changes]
    assert [reason for reason in reasons if reason.format(type="integer", scale=2) not in page] == []


def test_every_reason_for_which_a_file_cannot_be_read_is_explained() -> None:
    page = text_of("docs/bad-input.md")
    sources = [file.read_text(encoding="utf-8") for file in Path(record_problems.__file__).parent.glob("*.py")]
    reasons = [reason for source in sources for reason in re.findall(r'message = f?"(its? [^"{]*)', source)]
    assert len(reasons) >= 10
    assert [reason for reason in reasons if reason.strip() not in page] == []


def test_every_check_on_the_page_of_bad_input_is_there() -> None:
    page = text_of("docs/bad-input.md").partition("## Keys that lead nowhere")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:cases|logs?|products)_\w+)`", page)
    assert len(named) >= 8
    assert [name for name in named if not (SQL_ROOT / "support" / "checks" / f"{name}.sql").is_file()] == []


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_its_rule_on_the_page(kind: str) -> None:
    Column("a", kind)
    rows = re.findall(r"^\| (`.*?) \|", text_of("docs/bad-input.md"), re.MULTILINE)
    assert kind.partition("(")[0] in {name.partition("(")[0] for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_dataset_on_the_page_of_files_can_be_declared() -> None:
    code = next(code for _, code in blocks("python") if "orders = Dataset(" in code)
    found: dict[str, object] = {}
    exec(compile(code, "your-own-files.md", "exec"), found)  # noqa: S102 - the page's own example
    orders = found["orders"]
    assert isinstance(orders, Dataset)
    assert [type(file) for file in orders.files] == [FilePattern]


@pytest.mark.parametrize("page", ["docs/add-a-table.md", "docs/history.md"])
def test_the_dimension_that_looks_up_another_table_can_be_declared(page: str) -> None:
    code = next(code for found, code in blocks("python") if found == ROOT / page and "Lookup(" in code)
    found: dict[str, object] = {}
    exec(compile(code, page, "exec"), found)  # noqa: S102 - the page's own example
    staff = found["dim_staff"]
    assert isinstance(staff, Type2)
    assert "department_name" in staff.looked_up


@pytest.mark.parametrize("page", ["docs/add-a-table.md", "docs/add-a-check.md", "docs/portable-sql.md"])
def test_the_sql_of_an_example_is_portable(page: str) -> None:
    code = next(code for found, code in blocks("sql") if found == ROOT / page)
    assert portable.problems(ModelSql(TableName("support", "marts", "example"), Path("example.sql"), code)) == []


def test_every_query_of_the_pages_can_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    ran = CliRunner().invoke(command, ["demo", "--days", "1"], prog_name="etl-assets")
    assert ran.exit_code == 0, ran.output
    assert len(queries()) >= 8
    with open_engine(settings.Settings.read().warehouse_url).reading() as session:
        for query in queries():
            session.rows(query)

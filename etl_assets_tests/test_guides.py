"""The guides, followed to the letter in a copy of the project: what they promise is what comes out."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_assets_tests.test_docs import blocks

ROOT = Path(__file__).parents[1]
_STEP = re.compile(
    r"^`(?P<path>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)^```$|^```\n(?P<shown>.*?)^```$", re.MULTILINE | re.DOTALL
)
_MAIN = "from etl_assets.cli import main; main()"
_TELL = """
from etl_assets.definitions import load
graph = load().resolve_asset_graph()
print(*graph.get_all_asset_keys(), *graph.asset_check_keys)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the guides change."""
    for name in ("etl_assets", "sql"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(copy: Path, line: str) -> str:
    """What a command of a page says."""
    done = subprocess.run(  # noqa: S603 - commands of our own pages
        [sys.executable, "-c", _MAIN, *shlex.split(line)[1:]],
        cwd=copy,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def lines(text: str) -> Iterator[list[str]]:
    """The words of each line; a rule has none, and of an asset it is left out how long it took."""
    for line in text.splitlines():
        words = line.replace("─", "").split()
        of_asset = words[:1] and "/" in words[0]
        yield [word for word in words if not (of_asset and re.fullmatch(r"\d+\.\d\d", word))]


def put(copy: Path, path: str, text: str) -> None:
    """Write a file of a page."""
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_text(text, encoding="utf-8")


def test_the_warehouse_of_the_guide_is_made_and_says_what_the_page_shows(copy: Path) -> None:
    said, compared = "", 0
    for step in _STEP.finditer((ROOT / "docs/new-warehouse.md").read_text(encoding="utf-8")):
        path, text, shown = step.group("path", "text", "shown")
        if path:
            put(copy, path, text)
        elif shown.startswith("etl-assets"):
            said = [run(copy, line) for line in shown.splitlines()][-1]
        elif said:
            missing = [words for words in lines(shown) if words not in [*lines(said)]]
            assert missing == [], said
            compared += 1
    assert compared == 4


def test_a_table_and_a_check_are_added_as_their_guides_say(copy: Path) -> None:
    for page in ("docs/add-a-table.md", "docs/add-a-check.md"):
        for step in _STEP.finditer((ROOT / page).read_text(encoding="utf-8")):
            if step["path"]:
                put(copy, step["path"], step["text"])
    table, models, *_ = (code for page, code in blocks("python") if page.name == "add-a-table.md")
    check = next(code for page, code in blocks("python") if page.name == "add-a-check.md")
    insert(copy / "etl_assets/defs/support/marts.py", models.replace(", team_sizes)", ")"), f"{table}\n{models}")
    insert(copy / "etl_assets/defs/support/checks.py", "OF_CASES = (\n", f"OF_CASES = (\n    {check.strip()},\n")
    tell = [sys.executable, "-c", _TELL]
    done = subprocess.run(tell, cwd=copy, capture_output=True, text=True, check=True)  # noqa: S603 - as above
    assert "'team_sizes'" in done.stdout
    assert "cases_are_closed_within_a_year" in done.stdout


def insert(file: Path, old: str, new: str) -> None:
    """Put other lines in the place of those of a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} has no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")

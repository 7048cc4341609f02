"""The documentation against the code: links resolve, and what it names is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from etl_assets import errors, schema, settings
from etl_assets.cli import command
from etl_assets.warehouse import ledger

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The names under which a page's headings can be linked to, as GitHub makes them."""
    titles = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> Iterator[str]:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.findall(text):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        other = page if not target else (page.parent / target).resolve()
        if not other.exists():
            yield link
        elif anchor and anchor not in anchors(other.read_text(encoding="utf-8")):
            yield link


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](#one) [b](#two) [c](page.md) [d](other.md) [e](https://example.org)\n", encoding="utf-8")
    assert list(broken_links(page)) == ["#two", "other.md"]


def test_every_page_is_in_the_index() -> None:
    listed = set(_LINK.findall(text_of("docs/README.md")))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert pages - listed == set()

"""The page of a run, ``docs/support-speed.md``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.speed.page import table
from benchmarks.speed.results import Results
from benchmarks.support.tables import tables
from benchmarks.support.watched import PARTS

_OPENING: Final = Path(__file__).with_name("opening.md")
_CLOSING: Final = Path(__file__).with_name("closing.md")


def write_page(results: Results, path: Path) -> None:
    """Write what a run gave."""
    lines = [_text(_OPENING), "", *(f"- **{name}**: {meaning}." for name, meaning in PARTS.items()), ""]
    lines += [*_about(results), ""]
    for title, columns, rows in tables(results):
        lines += [f"## {title}", "", *table(columns, rows), ""]
    path.write_text("\n".join([*lines, _text(_CLOSING)]) + "\n", encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip()


def _about(results: Results) -> Iterator[str]:
    about = results.about
    versions: Sequence[str] = [f"{name} {each}" for name, each in about["versions"].items()]
    yield f"Measured on {about['measured']} with {about['cores']} cores and {about['memory_gb']} GB of memory, by"
    yield from ("", "```", about["command"], "```", "")
    yield (
        f"Median of {about['repeat']} up to scale 10, once above. The machine's load was {about['load']} before:"
        f" 0 is idle, {about['cores']} keeps its cores busy. {', '.join(versions)}."
    )

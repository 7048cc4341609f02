"""The page of a run, ``docs/speed.md``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.speed.results import Results
from benchmarks.speed.tables import COLUMNS, LOG_COLUMNS, SUMMARY_COLUMNS, log_rows, rows, summary_rows, title

_OPENING: Final = Path(__file__).with_name("opening.md")


def write_page(runs: Sequence[Results], path: Path) -> None:
    """Write what runs gave, the one with the fewest keys first."""
    lines = [_OPENING.read_text(encoding="utf-8").rstrip(), ""]
    for results in sorted(runs, key=lambda each: each.about["keys"]):
        lines += [f"## {results.about['keys']:,} keys", "", *_about(results), ""]
        lines += [*table(SUMMARY_COLUMNS, summary_rows(results)), ""]
        for case, engine in results.asked:
            lines += [f"### {title(case, engine, results)}", "", *table(COLUMNS, rows(results, case, engine)), ""]
        if found := log_rows(results):
            lines += ["### What the observations cost", "", *table(LOG_COLUMNS, found), ""]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _about(results: Results) -> Iterator[str]:
    about = results.about
    yield f"Measured on {about['measured']} with {about['cores']} cores and {about['memory_gb']} GB of memory, by"
    yield from ("", "```", about["command"], "```", "")
    yield f"{about['keys']:,} keys (versions, where facts come), {about['facts']:,} facts,"
    yield (
        f"median of {about['repeat']}. " + ", ".join(f"{name} {each}" for name, each in about["versions"].items()) + "."
    )
    yield from ("", "How many times as long as etl_assets the others take, as a process:", "")


def table(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown; numbers stand right, behind the first column."""
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---:' if number else '---' for number in range(len(columns)))} |"
    for line in lines:
        yield f"| {' | '.join(line)} |"

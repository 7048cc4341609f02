"""The page of extracts, ``docs/totesys-speed.md``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.extract.kept import Run
from benchmarks.extract.lives import BACKENDS, COPY_IN, COPY_OUT, ENGINES, EXTRACT, LOAD, Step
from benchmarks.speed.page import table

COLUMNS: Final = ("", "rows", "s", "rows a second", "of psql's speed", "peak MB", "found")
_OPENING: Final = Path(__file__).with_name("opening.md")
_FIRST: Final = "all"


def write_page(runs: Sequence[Run], path: Path) -> None:
    """Write what runs gave, the one with the fewest orders first."""
    lines = [_OPENING.read_text(encoding="utf-8").rstrip(), ""]
    for run in sorted(runs, key=_orders):
        lines += [f"## {_orders(run):,} orders", "", *_about(run), "", *table(COLUMNS, rows(run)), ""]
        lines += beside_dlt(run)
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def rows(run: Run) -> list[list[str]]:
    """A line for each step."""
    return [_row(run, step) for step in run.steps]


def beside_dlt(run: Run) -> list[str]:
    """How many times as long as ours dlt takes, from the source to a warehouse; nothing where it was not measured."""
    lines = [
        [f"{backend}, {engine}", f"{there.seconds / ours:.2f}"]
        for backend in BACKENDS
        for engine in ENGINES
        if (there := run.step(f"dlt {backend}: {engine}")) and (ours := _whole(run, engine))
    ]
    return ["How many times as long dlt takes:", "", *table(("", "dlt / etl_assets"), lines), ""] if lines else []


def _whole(run: Run, engine: str) -> float:
    """Our seconds from the source into a warehouse."""
    steps = [run.step(f"{_FIRST}: {EXTRACT}"), run.step(f"{_FIRST}: {LOAD}, {engine}")]
    return sum(step.seconds for step in steps if step)


def _row(run: Run, step: Step) -> list[str]:
    speed = f"{step.rows / step.seconds:,.0f}" if step.rows else ""
    peak = f"{step.peak_mb:.0f}" if step.peak_mb else ""
    return [step.what, f"{step.rows:,}", f"{step.seconds:.2f}", speed, _of_psql(run, step), peak, step.note]


def _of_psql(run: Run, step: Step) -> str:
    """The speed of a step with all rows, as a part of psql's."""
    if not step.what.startswith(f"{_FIRST}: "):
        return ""
    psql = run.step(COPY_OUT if step.what.endswith(EXTRACT) else COPY_IN)
    return f"{psql.seconds / step.seconds:.2f}" if psql else ""


def _orders(run: Run) -> int:
    return run.about["orders"]


def _about(run: Run) -> Iterator[str]:
    about = run.about
    yield f"Measured on {about['measured']} with {about['cores']} cores and {about['memory_gb']} GB of memory, by"
    yield from ("", "```", about["command"], "```", "")
    versions = ", ".join(f"{name} {each}" for name, each in about["versions"].items())
    yield f"Median of {about['repeat']}. The machine's load was {about['load']} before. {versions}."

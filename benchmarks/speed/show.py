"""The tables of a run on the terminal."""

from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.speed.results import Results
from benchmarks.speed.tables import COLUMNS, LOG_COLUMNS, log_rows, rows, title

_WIDTH: Final = 150


def show(results: Results) -> None:
    """One table a case, and one of what the observations cost."""
    for case, engine in results.asked:
        show_table(title(case, engine, results), COLUMNS, rows(results, case, engine))
    if found := log_rows(results):
        show_table("What the observations cost", LOG_COLUMNS, found)


def show_table(heading: str, columns: tuple[str, ...], lines: list[list[str]]) -> None:
    """One table, wide enough to be read."""
    console = Console()
    console.width = max(console.width, _WIDTH)
    table = Table(title=heading, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for line in lines:
        table.add_row(*line)
    console.print(table)

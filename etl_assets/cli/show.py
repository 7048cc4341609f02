"""Tables and figures for people."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl_assets.words import counted

__all__ = ["console", "counted", "figure", "fits", "program", "table", "upright"]

_WIDE: Final = 100_000
_NAME: Final = "etl-assets"


def console(*, stderr: bool = False) -> Console:
    """The terminal; what is no terminal gets lines as long as they come."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=False)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDE)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, left: int = 1) -> Table:
    """A table; its first ``left`` columns are words, the others are figures."""
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        is_word = number < left
        found.add_column(column, justify="left" if is_word else "right", no_wrap=not is_word, overflow="fold")
    for row in rows:
        found.add_row(*(escape(figure(value)) for value in row))
    return found


def fits(terminal: Console, shown: Table) -> bool:
    """Whether a table has room without breaking its cells."""
    return terminal.measure(shown, options=terminal.options.update(max_width=_WIDE)).maximum <= terminal.width


def upright(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows with one line a column."""
    width = max(map(len, columns), default=0)
    for number, row in enumerate(rows, 1):
        yield f"-- row {number:,}"
        yield from (f"{column:<{width}}  {value}" for column, value in zip(columns, row, strict=True))


def program() -> str:
    """How a person calls this command from here: by its name where that is found, else by its path."""
    path = Path(sys.argv[0])
    if path.name != _NAME or shutil.which(_NAME):
        return _NAME
    here = Path.cwd()
    return str(path.absolute().relative_to(here) if path.absolute().is_relative_to(here) else path)


def figure(value: object) -> str:
    """A value as people read it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else str(value)

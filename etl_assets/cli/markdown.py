"""Tables and lists in Markdown, as Dagster keeps them, taken apart again."""

import re
from typing import Final

_CELL: Final = re.compile(r"((?:\\.|[^\\|])*)\|")
_ESCAPED: Final = re.compile(r"\\(.)")
_FENCE: Final = re.compile(r"^```\w*\n|\n```$")


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a table; none when there is no table."""
    head, *rows = [_cells(line) for line in text.splitlines()] or [[]]
    return [dict(zip(head, row, strict=True)) for row in rows[1:]]


def items_of(text: str) -> list[str]:
    """The sentences of a list."""
    return [_ESCAPED.sub(r"\1", line.removeprefix("- ")) for line in text.splitlines()]


def code_of(text: str) -> str:
    """What stands in a block of code."""
    return _FENCE.sub("", text)


def _cells(line: str) -> list[str]:
    """The cells between the first bar and the last; a bar within a cell has a backslash before it."""
    return [_ESCAPED.sub(r"\1", cell.strip()) for cell in _CELL.findall(line)[1:]]

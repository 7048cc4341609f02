"""Lists and code in Markdown, as Dagster keeps them, taken apart again."""

import re
from typing import Final

_ESCAPED: Final = re.compile(r"\\(.)")
_FENCE: Final = re.compile(r"^```\w*\n|\n```$")


def items_of(text: str) -> list[str]:
    """The sentences of a list."""
    return [_ESCAPED.sub(r"\1", line.removeprefix("- ")) for line in text.splitlines()]


def code_of(text: str) -> str:
    """What stands in a block of code."""
    return _FENCE.sub("", text)

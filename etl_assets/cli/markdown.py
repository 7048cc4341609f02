"""Markdown, as Dagster keeps it, taken apart again."""

import re
from typing import Final

_FENCE: Final = re.compile(r"^```\w*\n|\n```$")


def code_of(text: str) -> str:
    """What stands in a block of code."""
    return _FENCE.sub("", text)

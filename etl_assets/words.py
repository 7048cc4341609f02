"""Words that change with what is said."""

from collections.abc import Iterable
from difflib import SequenceMatcher


def counted(number: int, what: str) -> str:
    """``1 load``, ``2 loads``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def nearest_first(wanted: str, known: Iterable[str]) -> list[str]:
    """Names, those first that look most like another one."""
    return sorted(known, key=lambda name: (-SequenceMatcher(None, wanted, name).ratio(), name))

"""Words that change with what is said."""

from collections.abc import Iterable
from difflib import SequenceMatcher


def counted(number: int, what: str) -> str:
    """``1 load``, ``2 loads``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def few(names: Iterable[str], *, most: int = 5) -> str:
    """``a, b``; of many the first, as ``a, b, c, d, e and 3 more``."""
    every = [*names]
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"


def nearest_first(wanted: str, known: Iterable[str]) -> list[str]:
    """Names, those first that look most like another one."""
    return sorted(known, key=lambda name: (-SequenceMatcher(None, wanted, name).ratio(), name))

"""Names of columns and tables from those of fields: lower case, no signs, none twice, short enough for any engine."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

_SIGNS: Final = re.compile(r"\W+")
_LONGEST: Final = 63
_HASH: Final = 8


def joined(*parts: str) -> str:
    """``address`` and ``zipCode`` as ``address_zipcode``."""
    cleaned = (_SIGNS.sub("_", part.lower()).strip("_") for part in parts)
    name = "_".join(filter(None, cleaned)) or "field"
    return _cut(f"n{name}" if name[0].isdigit() else name)


class Names:
    """Names that are given once.

    Args:
        taken: Those that are given already.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        """Take them."""
        self._taken = set(taken)

    def free(self, wanted: str) -> str:
        """The name, or the name with a number where another has it; it is taken then."""
        name, number = _cut(wanted), 1
        while name in self._taken:
            number += 1
            ending = f"_{number}"
            name = _cut(wanted, _LONGEST - len(ending)) + ending
        self._taken.add(name)
        return name


def _cut(name: str, longest: int = _LONGEST) -> str:
    """A name of so many bytes at most; one that is cut ends with a hash of all of it."""
    if len(name.encode()) <= longest:
        return name
    begun = name.encode()[: longest - _HASH - 1].decode(errors="ignore")
    return f"{begun}_{sha256(name.encode()).hexdigest()[:_HASH]}"

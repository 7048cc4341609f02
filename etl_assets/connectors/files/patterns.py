"""Which dataset a file belongs to, and the time in its name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import DeclarationError

_TIMES: Final = {
    "{YYYY}": r"\d{4}",
    "{YYYY-MM-DD}": r"\d{4}-\d{2}-\d{2}",
    "{YYYYMMDD}": r"\d{8}",
    "{YYYYMMDD-HHMMSSmmm}": r"\d{8}-\d{9}",
}
_LEAST: Final = "00000101000000000"
_MARKS: Final = re.compile(r"(\{[^}]*\}|\*)")


@dataclass(frozen=True)
class Claim:
    """A file's place: the dataset and pattern that it belongs to.

    Args:
        dataset: The dataset.
        pattern: The one pattern of it that matches.
        named_at: The time in the file's name, UTC; None when the pattern has none.
    """

    dataset: Dataset
    pattern: FilePattern
    named_at: datetime | None


class Claims:
    """The patterns of some datasets of one warehouse.

    Raises:
        DeclarationError: When a pattern cannot be understood.
    """

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        """Compile every pattern."""
        self._patterns = [(dataset, file, _Compiled(file)) for dataset in datasets for file in dataset.files]

    def of(self, path: str) -> Claim | None:
        """Whose the file is; None when no pattern knows it.

        Args:
            path: Below the warehouse's landing folder, with slashes.

        Raises:
            DeclarationError: When two patterns match.
        """
        found = list(self._matching(path))
        if len(found) > 1:
            names = " and ".join(f"{claim.pattern.pattern!r} of {claim.dataset.name}" for claim in found)
            message = f"The file {path!r} is claimed by {names}."
            raise DeclarationError(message, mend="Narrow one of the patterns.")
        return found[0] if found else None

    def _matching(self, path: str) -> Iterator[Claim]:
        for dataset, file, compiled in self._patterns:
            try:
                yield Claim(dataset, file, compiled.time_in(path))
            except ValueError:
                continue


class _Compiled:
    """A pattern as a regular expression."""

    def __init__(self, file: FilePattern) -> None:
        self._is_path = "/" in file.pattern
        pieces = _MARKS.split(file.pattern)
        self._has_time = any(piece in _TIMES for piece in pieces)
        if sum(piece in _TIMES for piece in pieces) > 1:
            message = f"The file pattern {file.pattern!r} has more than one time."
            raise DeclarationError(message, mend="Keep the one that is the file's order and write * for the others.")
        regex = "".join(_regex(piece, file) for piece in pieces)
        self._regex = re.compile(regex + r"(?:\.gz|\.zst)?", re.ASCII)

    def time_in(self, path: str) -> datetime | None:
        """The time in a matching name.

        Raises:
            ValueError: When the name does not match, or its digits are no time.
        """
        match = self._regex.fullmatch(path if self._is_path else path.rpartition("/")[2])
        if not match:
            raise ValueError(path)
        return _time(match[1]) if self._has_time else None


def _regex(piece: str, file: FilePattern) -> str:
    if piece == "*":
        return "[^/]*"
    if not piece.startswith("{"):
        return re.escape(piece)
    if piece not in _TIMES:
        message = f"The file pattern {file.pattern!r} has the unknown mark {piece}."
        raise DeclarationError(message, mend=f"Use one of {', '.join(_TIMES)}, or *.")
    return f"({_TIMES[piece]})"


def _time(text: str) -> datetime:
    """The time that digits mean, the fields that are not there at their least."""
    digits = text.replace("-", "")
    digits += _LEAST[len(digits) :]
    year, month, day, hour, minute, second = (int(digits[at:end]) for at, end in pairwise((0, 4, 6, 8, 10, 12, 14)))
    return datetime(year, month, day, hour, minute, second, int(digits[14:]) * 1000, UTC).replace(tzinfo=None)

"""Hashes of landed files that are not in the lake, remembered between looks: a file that waits is read once."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from etl_assets.connectors.files.landing import Fingerprint, LandedFile, sha256_of

if TYPE_CHECKING:
    from pathlib import Path


class Hashes:
    """What was read, kept until a whole look does not ask for it."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._before: dict[tuple[Path, Fingerprint], str] = {}
        self._asked: dict[tuple[Path, Fingerprint], str] = {}

    def look(self) -> None:
        """Begin another look."""
        self._before, self._asked = self._asked, {}

    def of(self, file: LandedFile, known: Mapping[tuple[int, ...], str]) -> str:
        """The hash of a file's bytes.

        Args:
            file: The file.
            known: As of ``sha256_of``.

        Raises:
            FileUnavailable: When it has to be read and cannot be, or changed meanwhile.
        """
        if found := known.get(file.fingerprint):
            return found
        place = file.location, file.fingerprint
        self._asked[place] = self._before.get(place) or sha256_of(file, {})
        return self._asked[place]

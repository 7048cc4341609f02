"""What a database must do to hold the sample, and what it says of the sample it holds."""

import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol, Self

from etl_assets.errors import LoadRefused
from etl_assets.samples.totesys.changes import Commit
from etl_assets.samples.totesys.schema import TABLES

_WRITTEN: Final = re.compile(r"etl-assets sample: scale (\d+), seed (\d+), commit (\d+)")
_SHOWN: Final = 5


@dataclass(frozen=True)
class Mark:
    """What a database holds.

    Args:
        scale: What its sample was made with.
        seed: As well.
        commit: The last commit of the sample that it has.
    """

    scale: int
    seed: int
    commit: int

    def __str__(self) -> str:
        """As it stands in a comment."""
        return f"{self.of}, commit {self.commit}"

    @property
    def of(self) -> str:
        """Whose it is, without the commit."""
        return f"etl-assets sample: scale {self.scale}, seed {self.seed}"

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """What a comment says; None when it is no mark."""
        found = _WRITTEN.fullmatch(text or "")
        return cls(*map(int, found.groups())) if found else None


class Target(AbstractContextManager["Target"], Protocol):
    """An open database."""

    def mark(self) -> Mark | None:
        """What it holds of a sample."""
        ...

    def tables(self) -> Collection[str]:
        """The tables that are there, whoever made them."""
        ...

    def counts(self) -> dict[str, int]:
        """How many rows each table of the sample has."""
        ...

    def make(self, mark: Mark) -> None:
        """Make the tables of the sample, empty."""
        ...

    def write(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write commits at once: readers see all of them or none. The mark names the last one."""
        ...

    def live(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write a day's commits as they come, the long ones open while others commit, where the database can."""
        ...


def prepare(target: Target, shown: str, *, scale: int, seed: int) -> Mark:
    """See that a database is empty or holds this sample; make the tables where it is empty.

    Args:
        target: The database.
        shown: Its address, fit for messages.
        scale: Of the sample.
        seed: Of the sample.

    Raises:
        LoadRefused: When it holds anything else; nothing is touched.
    """
    found = target.mark()
    if found is None:
        if others := sorted(target.tables()):
            named = ", ".join(others[:_SHOWN]) + (", …" if len(others) > _SHOWN else "")
            message = f"{shown} has tables that are not of a sample: {named}."
            raise LoadRefused(message, mend="Give an empty database; nothing was touched.")
        found = Mark(scale, seed, 0)
        target.make(found)
    if (found.scale, found.seed) != (scale, seed):
        message = f"{shown} holds the sample of scale {found.scale}, seed {found.seed}, not {scale} and {seed}."
        raise LoadRefused(message, mend="Give the same numbers, or another database.")
    if missing := [table.name for table in TABLES if table.name not in target.tables()]:
        message = f"{shown} holds a sample without its tables {', '.join(missing)}."
        raise LoadRefused(message, mend="Begin again in an empty database.")
    return found

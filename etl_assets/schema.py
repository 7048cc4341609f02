"""Declared columns and their types, the one vocabulary that files, lake and warehouse share.

A type is named as PostgreSQL names it. Each has a lexical rule: the only texts that are read as a value of it. Whatever
does not match goes to the quarantine, so no parser ever guesses.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from etl_assets.errors import DeclarationError

_NAMES: Final = ("text", "bigint", "integer", "double precision", "boolean", "date", "timestamp")
_NUMERIC: Final = re.compile(r"numeric\((\d+),\s*(\d+)\)")
_MAX_PRECISION: Final = 38


@dataclass(frozen=True)
class Column:
    """A declared column.

    Args:
        name: As in the warehouse.
        type: ``text bigint integer numeric(p,s) "double precision" boolean date timestamp``.
        nullable: Whether NULL is a value of it; if not, an empty cell is quarantined.
        null_texts: Texts that mean NULL, beside a cell that is not there.
        header: The name in the file's header, when it differs.
        description: One sentence, shown in the catalogue.
        since: Files of before this time need not have the column; None when all have it.
    """

    name: str
    type: str = "text"
    nullable: bool = True
    null_texts: tuple[str, ...] = ("",)
    header: str | None = None
    description: str = ""
    since: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a type that no engine could keep exactly, and a ``since`` that cannot be."""
        if self.since is not None:
            self._refuse_misdated(self.since)
        if self.type not in _NAMES and not self.precision_and_scale:
            message = f"Column {self.name!r} has the unknown type {self.type!r}."
            raise DeclarationError(message, mend=f"Use one of {', '.join(_NAMES)}, numeric(p,s).")

    def _refuse_misdated(self, since: object) -> None:
        refuse_no_time(f"Column {self.name!r} is there since", since)
        if not self.nullable:
            message = f"Column {self.name!r} is not in files of before {since}, and yet never empty."
            raise DeclarationError(message, mend="Let it be nullable, or take its since away.")

    @property
    def precision_and_scale(self) -> tuple[int, int] | None:
        """The digits in all and behind the point of a numeric, else None."""
        if not (match := _NUMERIC.fullmatch(self.type)):
            return None
        precision, scale = int(match[1]), int(match[2])
        return (precision, scale) if scale <= precision <= _MAX_PRECISION else None

    @property
    def title(self) -> str:
        """The name under which the file's header has it."""
        return self.header or self.name


def refuse_no_time(said: str, at: object) -> None:
    """See that a declared time is one in UTC without a zone.

    Args:
        said: What is declared of it, to go before it in a sentence.
        at: The time.

    Raises:
        DeclarationError: When it is not.
    """
    if not isinstance(at, datetime):
        message = f"{said} '{at}', which is no time."
        raise DeclarationError(message, mend="Give it as datetime(2024, 1, 1), in UTC.")
    if at.tzinfo is not None:
        message = f"{said} {at.replace(tzinfo=None)} {at.tzname()}, a time with a zone."
        raise DeclarationError(message, mend="Give it in UTC and leave the zone out, as datetime(2024, 1, 1).")

"""What a source is asked so that its rows can be compared with others without reading them: counts and checksums.

A row has a **place**, a whole number: its key where that is one whole number, else 60 bits of the md5 of the key's
text. Ranges of places have the same length, a power of two. Of each range the source says how many rows it has and the
sum of their hashes, 60 bits of the md5 of a row's text each; so the order of rows does not matter.

A row's text has its cells one after the other, ``|`` between them. A cell is written as both sides write it: a number
at its scale, a date or a time in ISO's form, ``true`` or ``false``, the 64 bits of a float; NULL is nothing. A text
has its length in bytes before it, and -1 for NULL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.connectors.database.cells import decimal_digits
from etl_assets.lake.catalogue import SourceColumn
from etl_assets.schema import Column

PLACE_BITS: Final = 60
_WHOLE: Final = frozenset({"int16", "int32", "int64"})
_AS_TEXT: Final = frozenset({"string", "bool", "date32[day]"}) | _WHOLE
_MAX_DIGITS: Final = 38
_HASH: Final = "cast(cast('x' || substr(md5(t), 1, 15) as bit(60)) as bigint)"
_PATTERN_NUMBER: Final = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{{1,3}})?$"
_RULES: Final = {
    "as it is": "c",
    "text": "cast(c as text)",
    "utc": "c at time zone 'UTC'",
    "scaled": "round(cast(c as numeric), {scale})",
    "bits": "cast(cast('x' || encode(float8send(c), 'hex') as bit(64)) as text)",
    "bits of its text": (
        "cast(cast('x' || encode(float8send(cast(cast(c as text) as double precision)), 'hex') as bit(64)) as text)"
    ),
    "whole": "case when c ~ '^[+-]?[0-9]+$' then cast(cast(c as numeric) as text) else c end",
    "number": (
        f"case when not c ~ '{_PATTERN_NUMBER}' then c"
        " when round(cast(c as numeric), {scale}) = cast(c as numeric)"
        " then cast(round(cast(c as numeric), {scale}) as text) else c end"
    ),
    "truth": (
        "case when lower(c) in ('true', 't', '1') then 'true' when lower(c) in ('false', 'f', '0') then 'false'"
        " else c end"
    ),
}
"""How PostgreSQL writes a column ``c``, so that the other side can write it alike."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A column of the source and what it is declared as.

    Args:
        source: As the source has it.
        column: As it is declared.
    """

    source: SourceColumn
    column: Column

    @property
    def is_text(self) -> bool:
        """Whether its length is written before it."""
        return self.column.type == "text"

    @property
    def null_texts(self) -> tuple[str, ...]:
        """The texts that mean NULL."""
        return self.column.null_texts if self.source.lake == "string" else ()

    @property
    def scale(self) -> int | None:
        """The digits behind the point at which both sides write it; None when it is no decimal."""
        wanted = self.column.precision_and_scale
        if wanted is None:
            return None
        digits = decimal_digits(self.source.lake)
        return max(wanted[1], digits[1]) if digits else wanted[1]

    @cached_property
    def rule(self) -> str | None:
        """The name of the rule by which it is written; None when no rule is exact."""
        lake, kind = self.source.lake, self.column.type
        if kind == "text":
            return "text" if lake in _AS_TEXT or decimal_digits(lake) else None
        if self.scale is not None:
            return self._scaled(lake)
        rules = {
            **{(kind, lake): "as it is" for kind in ("bigint", "integer") for lake in _WHOLE},
            **{(kind, "string"): "whole" for kind in ("bigint", "integer")},
            ("double precision", "double"): "bits",
            ("double precision", "float"): "bits of its text",
            ("boolean", "bool"): "text",
            ("boolean", "string"): "truth",
            ("date", "date32[day]"): "as it is",
            ("date", "string"): "as it is",
            ("timestamp", "timestamp[us]"): "utc" if "with time zone" in self.source.type else "as it is",
        }
        return rules.get((kind, lake))

    def _scaled(self, lake: str) -> str | None:
        digits, wanted, scale = decimal_digits(lake), self.column.precision_and_scale, self.scale or 0
        if wanted is None or wanted[0] - wanted[1] + scale > _MAX_DIGITS:
            return None
        if digits:
            return "as it is" if digits[1] == scale else "scaled"
        return "scaled" if lake in _WHOLE else "number" if lake == "string" else None


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """Some ranges of places.

    Args:
        bits: Each is as long as two to this power.
        numbers: Which; a place's number is the place divided by the length.
    """

    bits: int
    numbers: Sequence[int]

    def where(self, place: exp.Expr, *, by_index: bool) -> exp.Expr:
        """The condition under which a place is in one of them.

        Args:
            place: It.
            by_index: Whether places can be sought rather than tested.
        """
        if not by_index:
            moved = exp.BitwiseRightShift(this=exp.paren(place.copy()), expression=exp.Literal.number(self.bits))
            return exp.paren(moved).isin(*map(_number, self.numbers))
        return exp.or_(*(exp.Between(this=place.copy(), low=_number(a), high=_number(b)) for a, b in self._spans()))

    def _spans(self) -> list[tuple[int, int]]:
        """First and last place of stretches, neighbours in one."""
        found: list[tuple[int, int]] = []
        for number in sorted(self.numbers):
            first, last = number << self.bits, ((number + 1) << self.bits) - 1
            if found and found[-1][1] + 1 == first:
                found[-1] = (found[-1][0], last)
            else:
                found.append((first, last))
        return found


@dataclass(frozen=True, kw_only=True)
class Digest:
    """How the rows of a table are placed and hashed.

    Args:
        key: The primary key's columns.
        cells: The columns that are hashed.
    """

    key: tuple[Cell, ...]
    cells: tuple[Cell, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the key is its own place."""
        return len(self.key) == 1 and self.key[0].source.lake in _WHOLE and self.key[0].rule == "as it is"


def postgres_place(digest: Digest) -> exp.Expr:
    """A row's place."""
    if digest.is_whole:
        return exp.cast(exp.column(digest.key[0].source.name, quoted=True), "bigint")
    return postgres_hash(digest.key)


def postgres_hash(cells: Sequence[Cell]) -> exp.Expr:
    """60 bits of the md5 of some cells."""
    return put(_HASH, {"t": postgres_text(cells)}, "postgres")


def postgres_text(cells: Sequence[Cell]) -> exp.Expr:
    """Some cells as PostgreSQL writes them."""
    return joined([text for cell in cells for text in _postgres_texts(cell)])


def joined(texts: Sequence[exp.Expr]) -> exp.Expr:
    """Cells one after the other."""
    return exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string("|"), *texts])


def put(template: str, named: dict[str, exp.Expr], dialect: str) -> exp.Expr:
    """A template with expressions in the place of its columns."""
    return parse_one(template, dialect=dialect).transform(
        lambda node: named[node.name].copy() if isinstance(node, exp.Column) and node.name in named else node
    )


def or_text(cell: exp.Expr, other: str) -> exp.Expr:
    """A cell as text, and another text in the place of NULL."""
    return exp.func("coalesce", exp.cast(cell, "text"), exp.Literal.string(other))


def _postgres_texts(cell: Cell) -> list[exp.Expr]:
    """A cell as PostgreSQL writes it; a column that is never NULL needs no more."""
    name: exp.Expr = exp.column(cell.source.name, quoted=True)
    if cell.source.lake == "string":
        name = exp.cast(name, "text")
    if cell.null_texts:
        name = exp.Case().when(name.isin(*cell.null_texts), exp.null()).else_(name.copy())
    written = put(_RULES[cell.rule or ""].format(scale=cell.scale), {"c": exp.paren(name)}, "postgres")
    is_nullable = cell.source.nullable or bool(cell.null_texts)
    if not cell.is_text:
        return [or_text(written, "") if is_nullable else written]
    length = exp.Anonymous(this="octet_length", expressions=[written])
    return [or_text(length, "-1"), or_text(written, "")] if is_nullable else [length, written]


def _number(number: int) -> exp.Expr:
    return exp.Literal.number(number)

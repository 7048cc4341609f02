"""What documents hold: the fields that they have, and of each what its values are. Order does not matter."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from etl_assets.errors import LoadRefused
from etl_assets.warehouse.documents.values import (
    BOOLEAN,
    KINDS,
    MOMENT,
    NUMBER,
    OTHER,
    TEXT,
    Exact,
    Real,
    is_special,
    scalar,
)

_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**63 - 1
_EXACT_IN_DOUBLE: Final = 2**53
_MOST_DIGITS: Final = 38


@dataclass(slots=True)
class Numbers:
    """The numbers of a field.

    Args:
        low: The smallest whole one.
        high: The largest whole one.
        before: The most digits that any has before the point.
        behind: The most digits that any has behind it.
        reals: How many are not written as whole numbers.
        are_doubles: Whether each of those is exactly what a double is.
    """

    low: int = 0
    high: int = 0
    before: int = 0
    behind: int = 0
    reals: int = 0
    are_doubles: bool = True

    def add(self, value: "int | Real") -> None:
        """Take one in."""
        if isinstance(value, Real):
            self._add_real(value)
        elif value < self.low:
            self.low = value
        elif value > self.high:
            self.high = value

    def _add_real(self, text: Real) -> None:
        self.reals += 1
        number = Decimal(text)
        sign_digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
        assert isinstance(exponent, int)  # noqa: S101 - JSON has no other, and of extended JSON none other is read
        self.before = max(self.before, len(sign_digits) + exponent)
        self.behind = max(self.behind, -exponent)
        if self.are_doubles and (isinstance(text, Exact) or Decimal(repr(float(text))) != number):
            self.are_doubles = False

    @property
    def type(self) -> str:
        """The narrowest type that carries all of them exactly."""
        if not self.reals and self.low >= _SMALLEST and self.high <= _LARGEST:
            return "bigint"
        largest = max(-self.low, self.high)
        if self.reals and self.are_doubles and largest <= _EXACT_IN_DOUBLE:
            return "double precision"
        before = max(self.before, len(str(largest)) if largest < 10**_MOST_DIGITS else _MOST_DIGITS + 1)
        return f"numeric({_MOST_DIGITS},{self.behind})" if before + self.behind <= _MOST_DIGITS else "text"


@dataclass(slots=True)
class Field:
    """A field, or the elements of an array.

    Args:
        path: How a person names it: ``address.street``, ``grades[].score``.
        depth: How many objects and arrays it is within.
        deepest: How many that may be.
        children: The fields of the objects that it holds.
        items: The elements of the arrays that it holds.
        counts: How many values of each kind it has.
        nulls: How often it is null.
        numbers: Its numbers.
    """

    path: str
    depth: int
    deepest: int
    children: "dict[str, Field]" = field(default_factory=dict)
    items: "Field | None" = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    nulls: int = 0
    numbers: Numbers = field(default_factory=Numbers)

    def child(self, name: str) -> "Field":
        """The field of that name, made when it is new.

        Raises:
            LoadRefused: When it is nested too deeply.
        """
        if (found := self.children.get(name)) is None:
            path = f"{self.path}.{name}" if self.path else name
            found = self.children[name] = self._inner(path)
        return found

    def elements(self) -> "Field":
        """The elements of its arrays, made when they are the first.

        Raises:
            LoadRefused: When they are nested too deeply.
        """
        if self.items is None:
            self.items = self._inner(f"{self.path}[]")
        return self.items

    def _inner(self, path: str) -> "Field":
        if self.depth == self.deepest:
            message = f"The field {path} is within more than {self.deepest} objects and arrays."
            raise LoadRefused(message, mend="Raise max_depth, or declare its column as text.")
        return Field(path=path, depth=self.depth + 1, deepest=self.deepest)

    @property
    def is_seen(self) -> bool:
        """Whether it was ever there, be it null."""
        return bool(self.nulls or self.children or self.items or self.kinds)

    @property
    def kinds(self) -> list[str]:
        """The kinds of its values: that of most of them first."""
        there = [kind for kind in KINDS if self.counts[kind]]
        return sorted(there, key=lambda kind: (-self.counts[kind], KINDS.index(kind)))

    @property
    def type(self) -> str:
        """The type of the column with the values of its first kind."""
        kind = next(iter(self.kinds), TEXT)
        return {NUMBER: self.numbers.type, BOOLEAN: BOOLEAN, MOMENT: MOMENT, TEXT: TEXT, OTHER: TEXT}[kind]


def survey(known: Field, value: Any) -> None:  # noqa: ANN401 - whatever a document holds
    """Take a value in.

    Args:
        known: The field that has it.
        value: As ``values.document`` reads it.

    Raises:
        LoadRefused: When a value in it is nested too deeply.
    """
    kind = type(value)
    if kind is str:
        known.counts[TEXT] += 1
    elif kind is dict and not is_special(value):
        for name, inner in value.items():
            survey(known.children.get(name) or known.child(name), inner)
    elif kind is list:
        elements = known.elements()
        for inner in value:
            survey(elements, inner)
    elif value is None:
        known.nulls += 1
    else:
        told, carried = scalar(value)
        known.counts[told] += 1
        if told == NUMBER:
            known.numbers.add(carried)

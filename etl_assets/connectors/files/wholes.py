"""Whole numbers with an exponent, as ``+5.0656000000000000e+05``: read digit by digit, never rounded."""

import re
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from etl_assets.arrow import texts

_EXPONENT: Final = pc.MatchSubstringOptions("e", ignore_case=True)
_SCIENTIFIC: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?0*[0-9]{1,3}", re.ASCII)


def wholes(cells: pa.Array) -> pa.Array:
    """Texts, those that are whole numbers with an exponent as their digits, all others as they are."""
    found = pc.call_function("match_substring", [cells], _EXPONENT)
    if not found.true_count:
        return cells
    return texts(None if text is None else whole(text) for text in cells.to_pylist())


def whole(text: str) -> str:
    """The digits of a whole number that is written with an exponent; any other text as it is."""
    if not _SCIENTIFIC.fullmatch(text):
        return text
    sign, figures, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - neither NaN nor infinite, as the pattern says
    digits = "".join(map(str, figures))
    if exponent >= 0:
        return _signed(sign, digits + "0" * exponent)
    return text if digits[exponent:].strip("0") else _signed(sign, digits[:exponent])


def _signed(sign: int, digits: str) -> str:
    plain = digits.lstrip("0") or "0"
    return f"-{plain}" if sign and plain != "0" else plain

"""Rows as text and hashed, in Python, for a database that cannot do it itself. The form is that of ``digest.py``."""

import re
import struct
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from hashlib import md5
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from etl_assets.connectors.database.digest import Cell

_HASH_DIGITS: Final = 15
_EXACT: Final = Context(prec=1000)
_WHOLE: Final = re.compile("[+-]?[0-9]+")
_TRUTHS: Final = {"true": "true", "t": "true", "1": "true", "false": "false", "f": "false", "0": "false"}


def hash_of(cells: "Sequence[Cell]") -> Callable[..., int]:
    """A function that gives 60 bits of the md5 of some cells' text; it takes a text or None for each of them."""
    written = text_of(cells)

    def hashed(*texts: str | None) -> int:
        digest = md5(written(*texts).encode("utf-8", "surrogateescape"), usedforsecurity=False)
        return int(digest.hexdigest()[:_HASH_DIGITS], 16)

    return hashed


def text_of(cells: "Sequence[Cell]") -> Callable[..., str]:
    """A function that writes some cells; it takes a text or None for each of them."""
    writers = [_writer(cell) for cell in cells]

    def written(*texts: str | None) -> str:
        return "|".join(write(text) for write, text in zip(writers, texts, strict=True))

    return written


def total_of(cells: "Sequence[Cell]") -> type:
    """An aggregate that adds such hashes up; it gives its sum as text, since it may be too large for the database."""
    hashed = hash_of(cells)

    class Total:
        def __init__(self) -> None:
            self._total = 0

        def step(self, *texts: str | None) -> None:
            self._total += hashed(*texts)

        def finalize(self) -> str:
            return str(self._total)

    return Total


def _writer(cell: "Cell") -> Callable[[str | None], str]:
    """How a cell's text is written; what is no value of its type stays as it is."""
    null_texts, nothing = {*cell.null_texts}, "-1|" if cell.is_text else ""
    kind = cell.column.type.partition("(")[0]
    scale = cell.scale

    def written(text: str | None) -> str:
        if text is None or text in null_texts:
            return nothing
        if scale is not None:
            return _decimal(text, scale)
        return _WRITERS[kind](text)

    return written


def _text(text: str) -> str:
    return f"{len(text.encode('utf-8', 'surrogateescape'))}|{text}"


def _whole(text: str) -> str:
    return str(int(text)) if _WHOLE.fullmatch(text) else text


def _decimal(text: str, scale: int) -> str:
    try:
        value = Decimal(text)
        found = value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)
    except InvalidOperation:
        return text
    return f"{found or abs(found):f}" if found == value else text


def _bits(text: str) -> str:
    try:
        return f"{int.from_bytes(struct.pack('>d', float(text))):064b}"
    except ValueError:
        return text


def _truth(text: str) -> str:
    return _TRUTHS.get(text.lower(), text)


def _time(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    micros = f".{found.microsecond:06}".rstrip("0") if found.microsecond else ""
    return f"{found.date().isoformat()} {found:%H:%M:%S}{micros}"


_WRITERS: Final[dict[str, Callable[[str], str]]] = {
    "text": _text,
    "bigint": _whole,
    "integer": _whole,
    "double precision": _bits,
    "boolean": _truth,
    "date": str,
    "timestamp": _time,
}

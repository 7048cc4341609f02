"""Delimited text in which a quote is a character like others, as text in which it is one by the rules of RFC 4180."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import SupportsRead

_BLOCK_BYTES: Final = 2 * 1024 * 1024
_HELD_BYTES: Final = 32 * 1024 * 1024


class Unquoted:
    """Reads a text; cells with quotes or carriage returns come out in quotes, all else as it is.

    Args:
        stream: The text. A line is a record.
        delimiter: What stands between cells.
    """

    def __init__(self, stream: "SupportsRead[bytes]", delimiter: str) -> None:
        """Nothing is read yet."""
        self._stream = stream
        self._delimiter = delimiter.encode()
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        """Some more of it, about so much; nothing at its end."""
        while block := self._stream.read(size if size > 0 else _BLOCK_BYTES):
            text = self._held + block
            end = text.rfind(b"\n") + 1
            if end or len(text) > _HELD_BYTES:
                self._held = text[end:] if end else b""
                return self._quoted(text[:end] if end else text)
            self._held = text
        text, self._held = self._held, b""
        return self._quoted(text)

    def _quoted(self, text: bytes) -> bytes:
        if b'"' not in text and b"\r" not in text:
            return text
        return b"\n".join(map(self._line, text.split(b"\n")))

    def _line(self, line: bytes) -> bytes:
        if b'"' not in line and b"\r" not in line[:-1]:
            return line
        content = line.removesuffix(b"\r")
        return self._delimiter.join(map(_cell, content.split(self._delimiter))) + line[len(content) :]


def _cell(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"' if b'"' in cell or b"\r" in cell else cell

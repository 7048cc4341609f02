"""Values of Python as the texts that are compared; needs the standard library alone."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Final

LONGEST: Final = 300
NEIGHBOUR: Final = 1


def said(value: object) -> str | None:
    """The text of a value; None where there is none."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return short(repr(float(value)) if isinstance(value, float) else str(value))


def short(text: str) -> str:
    """A text, or of a long one its sum."""
    if len(text) <= LONGEST:
        return text
    return f"{len(text)} characters, {hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:12]}"


def tried(read: Callable[[], Iterable[tuple[Any, Any]]], number: int) -> dict[str, Any]:
    """What a tool reads: the value beside a number, and whether the row beside it is there; or its error."""
    try:
        rows = [*read()]
    except Exception as error:  # noqa: BLE001 - whatever a tool raises is its answer
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:LONGEST]}
    values = [said(value) for id_, value in rows if said(id_) == str(number)]
    return {
        "rows": {str(said(id_)): said(value) for id_, value in rows},
        "is_there": bool(values),
        "value": values[0] if values else None,
        "neighbour": any(said(id_) == str(NEIGHBOUR) for id_, _ in rows),
    }

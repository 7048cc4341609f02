"""Rows that do not fit their declaration, as the quarantine keeps them and as a message shows them."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from etl_assets.lake.manifest import FileEntry
    from etl_assets.schema import Column

_SHOWN_CHARACTERS: Final = 40
_NUL: Final = r"\x00"
"""As it is shown: PostgreSQL's texts have none."""

BAD: Final = pa.schema(
    [
        ("file_id", pa.int64()),
        ("path", pa.string()),
        ("line", pa.int64()),
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("record", pa.string()),
    ],
)
"""A row for the quarantine: where it stood, the first column that does not fit and what that holds (both NULL when the
record is ill-formed), why it does not fit, and the whole record as JSON, or as it was written when it is ill-formed."""


def shown(row: Mapping[str, Any], file: "FileEntry", columns: "Sequence[Column]") -> dict[str, Any]:
    """A row of ``bad_rows`` in the form of ``BAD``."""
    cells = {name.removeprefix("cell "): cell for name, cell in row.items() if name.startswith("cell ")}
    place = {"file_id": file.file_id, "path": file.path, "line": row["_line"], "row_number": row["_row"]}
    if row["_problem"]:
        return {**place, "reason": row["_problem"], "record": row["_raw"]}
    column = columns[row["_first"]]
    cell: str | None = cells.get(column.name, cells.get(column.title))
    value = cell.replace("\0", _NUL) if cell else cell
    record = json.dumps(cells, ensure_ascii=False)
    return {**place, "column_name": column.name, "value": value, "reason": row["_reason"], "record": record}


def in_words(bad: Mapping[str, Any]) -> str:
    """A row of ``BAD`` in a few words."""
    if not bad.get("column_name"):
        return f"line {bad['line']}: {bad['reason']}"
    value = "" if bad["value"] is None else f" {bad['value'][:_SHOWN_CHARACTERS]!r}"
    return f"line {bad['line']}, {bad['column_name']}{value}: {bad['reason']}"

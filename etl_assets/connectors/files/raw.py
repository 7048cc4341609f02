"""The form in which rows of a file go into the lake: every cell a text, and beside it where the row comes from."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

FILE: Final = "_file"
ROW: Final = "_row"
LINE: Final = "_line"
PROBLEM: Final = "_problem"
RAW: Final = "_raw"

_ORIGIN: Final = (
    pa.field(FILE, pa.int32()),
    pa.field(ROW, pa.int64()),
    pa.field(LINE, pa.int64()),
    pa.field(PROBLEM, pa.string()),
    pa.field(RAW, pa.string()),
)


def raw_schema(names: Sequence[str]) -> pa.Schema:
    """The columns of a file, then those that say where a row comes from.

    ``_file`` is the file's place in the manifest, ``_row`` its number and ``_line`` the line it begins in, both from 1.
    ``_problem`` says why a record is ill-formed; then the columns are NULL and ``_raw`` has its text.
    """
    return pa.schema([*(pa.field(name, pa.string()) for name in names), *_ORIGIN])


def well_formed(
    cells: Sequence[pa.Array], schema: pa.Schema, *, file: int, rows: pa.Array, lines: pa.Array
) -> pa.RecordBatch:
    """Rows whose cells are known, in the order of the schema."""
    count = len(rows)
    origin = [_repeated(file, count), rows, lines, pa.nulls(count, pa.string()), pa.nulls(count, pa.string())]
    return pa.RecordBatch.from_arrays([*cells, *origin], schema=schema)


def ill_formed(problems: Sequence[tuple[int, int, str, str]], schema: pa.Schema, *, file: int) -> pa.RecordBatch:
    """Rows of which only the (number, line, reason, text) are known."""
    count = len(problems)
    cells = [pa.nulls(count, pa.string()) for _ in range(len(schema) - len(_ORIGIN))]
    rows, lines, reasons, texts = zip(*problems, strict=True)
    origin = [
        _repeated(file, count),
        pa.array(rows, pa.int64()),
        pa.array(lines, pa.int64()),
        pa.array(reasons, pa.string()),
        pa.array(texts, pa.string()),
    ]
    return pa.RecordBatch.from_arrays([*cells, *origin], schema=schema)


def _repeated(file: int, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(file, pa.int32()), count)

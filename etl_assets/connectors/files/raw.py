"""The form in which rows of a file go into the lake: the cells, and beside them where the row comes from."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from etl_assets.arrow import numbers, repeated, texts

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


def raw_schema(names: Sequence[str], types: Mapping[str, pa.DataType] | None = None) -> pa.Schema:
    """The columns of a file, then those that say where a row comes from. A column without a type is of text.

    ``_file`` is the file's place in the manifest, ``_row`` its number and ``_line`` the line it begins in, both from 1.
    ``_problem`` says why a record is ill-formed; then the columns are NULL and ``_raw`` has its text.
    """
    return pa.schema([*(pa.field(name, (types or {}).get(name, pa.string())) for name in names), *_ORIGIN])


def well_formed(
    cells: Sequence[pa.Array], schema: pa.Schema, *, file: int, rows: pa.Array, lines: pa.Array
) -> pa.RecordBatch:
    """Rows whose cells are known, in the order of the schema."""
    count = len(rows)
    nothing = pa.nulls(count, pa.string())
    origin = [repeated(file, count, pa.int32()), rows, lines, nothing, nothing]
    return pa.RecordBatch.from_arrays([*cells, *origin], schema=schema)


def ill_formed(problems: Sequence[tuple[int, int, str, str]], schema: pa.Schema, *, file: int) -> pa.RecordBatch:
    """Rows of which only the (number, line, reason, text) are known."""
    count = len(problems)
    cells = [pa.nulls(count, field.type) for field in list(schema)[: -len(_ORIGIN)]]
    rows, lines, reasons, records = zip(*problems, strict=True)
    origin = [repeated(file, count, pa.int32()), numbers(rows), numbers(lines), texts(reasons), texts(records)]
    return pa.RecordBatch.from_arrays([*cells, *origin], schema=schema)

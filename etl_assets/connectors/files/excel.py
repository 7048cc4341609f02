"""A sheet of a workbook into Arrow, every cell as the text that its value has.

A workbook keeps numbers as 64-bit floats and shows 15 digits of them; they become the shortest decimal text that gives
the same float, without ``.0`` when they are whole. Dates become ISO dates, or ISO timestamps when they have a time of
day; true and false are written out; an empty cell is NULL.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import pyarrow as pa

from etl_assets.connectors.files.header import matched
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.stream import MAX_RATIO, RATIO_FROM_BYTES
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Excel
from etl_assets.schema import Column

Cell = int | float | str | bool | time | date | datetime | timedelta
_MAX_BYTES: Final = 1024**3
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
FORMULA_ERROR: Final = "a formula of it failed"


class ExcelReader:
    """Reads one workbook, once; it is held in memory.

    Args:
        content: The file's bytes.
        columns: The declared columns.
        form: Which sheet.
    """

    def __init__(self, content: bytes, columns: Sequence[Column], form: Excel) -> None:
        """Nothing is read yet."""
        self.notes: list[str] = []
        self._content = content
        self._columns = columns
        self._form = form

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows as text.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When it is no workbook, or its columns are not the declared ones.
        """
        if not self._content:
            self.notes.append("It is empty.")
            return
        header, *rows = self._sheet() or [[]]
        found = matched([_text(title) or "" for title in header], self._columns)
        order = [*(column.name for column in self._columns), *found.extra]
        places = [found.names.index(name) for name in order]
        if found.extra:
            self.notes.append(f"Kept but not declared: the columns {', '.join(found.extra)}.")
        if not rows:
            self.notes.append("It has a header only.")
        yield from _batches(rows, places, raw_schema(order), file)

    def _sheet(self) -> list[list[Cell]]:
        import python_calamine  # noqa: PLC0415 - needed for workbooks only

        _refuse_bomb(self._content)
        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self._content))
            name = self._form.sheet or book.sheet_names[0]
            return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except (python_calamine.CalamineError, IndexError) as error:
            message = f"it is no workbook with the sheet {self._form.sheet or 'that comes first'}: {error}"
            raise Unreadable(message) from error


def _refuse_bomb(content: bytes) -> None:
    """Refuse a workbook that unpacks to far more than it is; one that is no zip at all is left to its reader."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _MAX_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * len(content)):
        message = f"it unpacks to {unpacked:,} bytes"
        raise Unreadable(message)


def _batches(rows: list[list[Cell]], places: list[int], schema: pa.Schema, file: int) -> Iterator[pa.RecordBatch]:
    good: list[int] = []
    problems: list[tuple[int, int, str, str]] = []
    for number, row in enumerate(rows, 1):
        if any(cell in _ERRORS for cell in row):
            problems.append((number, number + 1, FORMULA_ERROR, " | ".join(_text(cell) or "" for cell in row)))
        else:
            good.append(number)
    if good:
        cells = [pa.array([_text(rows[n - 1][place]) for n in good], pa.string()) for place in places]
        numbers, lines = pa.array(good, pa.int64()), pa.array([n + 1 for n in good], pa.int64())
        yield well_formed(cells, schema, file=file, rows=numbers, lines=lines)
    if problems:
        yield ill_formed(problems, schema, file=file)


def _text(cell: Cell) -> str | None:
    """The one text of a value; None for an empty cell."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        is_date = cell.time() == time()
        return cell.date().isoformat() if is_date else cell.isoformat(sep=" ")
    return None if cell == "" else cell.isoformat() if isinstance(cell, (date, time)) else str(cell)

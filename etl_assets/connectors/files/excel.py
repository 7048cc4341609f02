"""A sheet of a workbook into Arrow, every cell as the text that its value has.

A workbook keeps numbers as 64-bit floats and shows 15 digits of them; they become the shortest decimal text that gives
the same float, without ``.0`` when they are whole. True and false are written out; moments become ISO timestamps, and
ISO dates at midnight unless the column is declared a timestamp; an empty cell is NULL; a row of empty cells is no row.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa

from etl_assets.arrow import numbers, texts
from etl_assets.connectors.files.header import FileColumns, matched
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.connectors.files.workbook import failed_cells
from etl_assets.datasets import Excel
from etl_assets.schema import Column

Cell = int | float | str | bool | time | date | datetime | timedelta


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
        failed = failed_cells(self._content, self._form.sheet)
        titles, rows = self._sheet(failed)
        found = matched(titles, self._columns)
        if found.extra:
            self.notes.append(f"Kept but not declared: the columns {', '.join(found.extra)}.")
        if not rows:
            self.notes.append("It has a header only.")
        yield from self._batches(rows, found, failed, file)

    def _batches(
        self, rows: "dict[int, list[Cell]]", found: FileColumns, failed: dict[int, str], file: int
    ) -> Iterator[pa.RecordBatch]:
        declared = {column.name: column.type for column in self._columns if column.name in found.names}
        types = declared | dict.fromkeys(found.extra, "text")
        schema = raw_schema(list(types))
        if good := [number for number in rows if number not in failed]:
            places = [(found.names.index(name), kind) for name, kind in types.items()]
            cells = [texts(as_text(rows[n][at], kind) for n in good) for at, kind in places]
            row_numbers = numbers([n - 1 for n in good])
            yield well_formed(cells, schema, file=file, rows=row_numbers, lines=numbers(good))
        if bad := [number for number in rows if number in failed]:
            yield ill_formed([(n - 1, n, failed[n], _shown(rows[n])) for n in bad], schema, file=file)

    def _sheet(self, failed: dict[int, str]) -> "tuple[list[str], dict[int, list[Cell]]]":
        """The titles, and the rows by their line; columns without a title and without a value are left out."""
        header, *rows = self._read() or [[]]
        filled = {n: row for n, row in enumerate(rows, 2) if n in failed or any(cell != "" for cell in row)}
        used = [at for at, title in enumerate(header) if title != "" or any(row[at] != "" for row in filled.values())]
        titles = [as_text(header[at], "text") or "" for at in used]
        return titles, {n: [row[at] for at in used] for n, row in filled.items()}

    def _read(self) -> "list[list[Cell]]":
        import python_calamine  # noqa: PLC0415 - needed for workbooks only

        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self._content))
            return book.get_sheet_by_name(self._form.sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
        except python_calamine.CalamineError as error:
            message = f"it cannot be read as a workbook: {error}"
            raise Unreadable(message) from error


def as_text(cell: Cell, kind: str) -> str | None:
    """The one text of a value in a column of a type; None for an empty cell."""
    if cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, timedelta):
        seconds = cell // timedelta(seconds=1)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, date):
        return _moment_text(cell, kind)
    return cell.isoformat() if isinstance(cell, time) else str(cell)


def _moment_text(cell: date, kind: str) -> str:
    """A workbook knows moments only, so midnight is a day unless a timestamp is declared."""
    moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    is_day = kind != "timestamp" and moment.time() == time()
    return moment.date().isoformat() if is_day else moment.isoformat(sep=" ")


def _shown(row: Sequence[Cell]) -> str:
    return " | ".join(as_text(cell, "text") or "" for cell in row)

"""The probes of values.yaml, and files that have each of them in a row."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from openpyxl import Workbook

from etl_assets.datasets import Csv, Dataset, Excel, FilePattern, Json, Parquet
from etl_assets.schema import Column

FORMATS: Final = ("csv", "lines", "document", "parquet", "excel")
LATER: Final = datetime(9000, 1, 1)  # noqa: DTZ001 - no file needs to have every column
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC without a zone
COLUMNS: Final = (
    Column("id", "bigint"),
    Column("t", since=LATER, null_texts=()),
    Column("e", since=LATER),
    Column("w", "bigint", since=LATER),
    Column("i", "integer", since=LATER),
    Column("n0", "numeric(38,0)", since=LATER),
    Column("n10", "numeric(38,10)", since=LATER),
    Column("m", "numeric(10,2)", since=LATER),
    Column("d", "double precision", since=LATER),
    Column("b", "boolean", since=LATER),
    Column("day", "date", since=LATER),
    Column("at", "timestamp", since=LATER),
)
VALUES: Final = Dataset(
    name="torture/staging/values",
    columns=COLUMNS,
    key=("id",),
    files=(
        FilePattern(pattern="values/*.csv", format=Csv(header=True)),
        FilePattern(pattern="values/*.jsonl", format=Json(lines=True, absent_is_null=True)),
        FilePattern(pattern="values/*.json", format=Json(absent_is_null=True)),
        FilePattern(pattern="values/*.parquet", format=Parquet()),
        FilePattern(pattern="values/*.xlsx", format=Excel()),
    ),
    max_bad_share=1.0,
)
_BATCH: Final = 100


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A value in one format.

    Args:
        number: Of the row; no other row has it.
        what: What is hostile about it.
        column: In which column.
        form: The format.
        content: What the file has there: text of CSV or JSON, a cell of a workbook, or the text of a Parquet value.
        kind: Of Parquet and Excel, the type of the content.
        gives: The text of the value that is right; None for NULL, and where it is held back.
        held: Why it is held back; empty where it is not.
        bound: Whether it is held back only because this project bounds what it reads.
    """

    number: int
    what: str
    column: str
    form: str
    content: str | None
    kind: str = ""
    gives: str | None = None
    held: str = ""
    bound: bool = False

    @property
    def value(self) -> object:
        """What the warehouse gives."""
        return None if self.gives is None else value_of(self.column, self.gives)


def probes() -> Iterator[Probe]:
    """Every value in every format that can say it."""
    found = yaml.safe_load(Path(__file__).with_name("values.yaml").read_text(encoding="utf-8"))
    for number, told in enumerate(found, 1):
        for place, form in enumerate(FORMATS):
            if form not in told.get("never", ()):
                yield from _of(told, form, number * _BATCH + place * _BATCH // len(FORMATS))


def _of(told: Mapping[str, Any], form: str, number: int) -> Iterator[Probe]:
    said = told.get("in", {}).get(form, {"held": told["held"]} if "held" in told else told)
    held, gives = said.get("held", ""), said.get("gives", told.get("cell"))
    given = gives if isinstance(gives, list) else [gives] * _BATCH
    for n, (kind, content) in enumerate(_contents(told, form)):
        right = None if held else spelt(given[n])
        yield Probe(
            number=number + n,
            what=told["what"],
            column=told["column"],
            form=form,
            content=content,
            kind=kind,
            gives=right,
            held=held,
            bound=bool(told.get("bound")),
        )


def _contents(told: Mapping[str, Any], form: str) -> list[tuple[str, str | None]]:
    cell = spelt(told.get("cell"))
    if form == "csv":
        return [("", told.get("csv", _quoted(cell or "")))]
    if form in {"lines", "document"}:
        return [("", spelt(told.get("json", json.dumps(cell, ensure_ascii=False))))]
    if form == "parquet":
        return [*(told.get("parquet") or {"string": cell}).items()]
    return [*(told.get("excel") or {"text": cell}).items()]


def spelt(told: "str | Mapping[str, Any] | None") -> str | None:
    """A text, or one that is said by its parts."""
    if not isinstance(told, Mapping):
        return told
    return told["repeat"] * told["times"] + told.get("then", "") * told["times"]


def value_of(column: str, text: str) -> object:
    """The value that a warehouse gives for a text of a column."""
    kind = next(each.type for each in COLUMNS if each.name == column).partition("(")[0]
    made: dict[str, Any] = {
        "text": str,
        "bigint": int,
        "integer": int,
        "numeric": Decimal,
        "double precision": lambda text: repr(float(text)),
        "boolean": lambda text: text == "true",
        "date": date.fromisoformat,
        "timestamp": datetime.fromisoformat,
    }
    return made[kind](text)


def write_values(folder: Path, found: list[Probe]) -> dict[tuple[str, int], Probe]:
    """Write all the files; gives the probe of each path and row."""
    folder.mkdir(parents=True)
    by_form = {form: [probe for probe in found if probe.form == form] for form in FORMATS}
    _write_csv(folder / "all.csv", by_form["csv"])
    _write_json(folder, by_form["lines"], by_form["document"])
    _write_workbook(folder / "all.xlsx", by_form["excel"])
    ends = {"csv": "csv", "lines": "jsonl", "document": "json", "excel": "xlsx"}
    places = {(f"values/all.{end}", n): probe for form, end in ends.items() for n, probe in enumerate(by_form[form], 1)}
    for probe in by_form["parquet"]:
        write_parquet(folder / f"{probe.number}.parquet", probe)
        places[f"values/{probe.number}.parquet", 1] = probe
    return places


def _write_csv(path: Path, found: list[Probe]) -> None:
    names = [column.name for column in COLUMNS]
    cells = ((one, [(one.content or "") if name == one.column else "" for name in names[1:]]) for one in found)
    rows = [[str(one.number), *row] for one, row in cells]
    path.write_text("".join(f"{','.join(row)}\n" for row in [names, *rows]), encoding="utf-8", newline="")


def _write_json(folder: Path, lines: list[Probe], document: list[Probe]) -> None:
    def record(one: Probe) -> str:
        return f'{{"id": {one.number}, "{one.column}": {one.content}}}'

    (folder / "all.jsonl").write_text("".join(f"{record(one)}\n" for one in lines), encoding="utf-8", newline="")
    text = ",\n".join(map(record, document))
    (folder / "all.json").write_text(f"[{text}]", encoding="utf-8", newline="")


def _write_workbook(path: Path, found: list[Probe]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    names = [column.name for column in COLUMNS]
    sheet.append(names)
    for one in found:
        cell = None if one.content is None else _CELLS[one.kind](one.content)
        sheet.append([one.number, *(cell if name == one.column else None for name in names[1:])])
    book.save(path)


_CELLS: Final[dict[str, Any]] = {
    "text": str,
    "number": float,
    "flag": lambda text: text == "true",
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "empty": lambda _: None,
}


def _quoted(cell: str) -> str:
    is_plain = cell.strip() == cell and not set(cell) & set('",\r\n')
    return cell if is_plain and cell else f'"{cell.replace(chr(34), chr(34) * 2)}"'


def write_parquet(path: Path, one: Probe) -> None:
    """Write a file of one row with a value of a type."""
    cell, options = parquet_value(one)
    pq.write_table(pa.table({"id": pa.array([one.number], pa.int64()), one.column: cell}), path, **options)


def parquet_value(one: Probe) -> tuple[pa.Array, dict[str, Any]]:
    """The value with its type, and the options with which it is written."""
    is_old = one.kind == "int96"
    kind = pa.timestamp("us") if is_old and _is_coarse(one) else pa.timestamp("ns") if is_old else KINDS[one.kind]
    return arrow_of(one.content, kind), {"use_deprecated_int96_timestamps": is_old}


def _is_coarse(one: Probe) -> bool:
    return "." not in (one.content or "")


KINDS: Final = {
    str(kind): kind
    for kind in (
        *(pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
        *(pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.null()),
        *(pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()),
        *(pa.date32(), pa.date64(), pa.time32("s"), pa.time64("us")),
        *(pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")),
        *(pa.timestamp("us", "UTC"), pa.timestamp("ns", "UTC"), pa.timestamp("us", "Europe/Berlin")),
        pa.timestamp("ns", "+02:00"),
        *(pa.decimal128(digits, behind) for digits, behind in ((38, 0), (38, 10), (23, 0), (10, 1), (10, 3), (12, 2))),
        *(pa.decimal128(digits, behind) for digits, behind in ((10, 2), (2, 2), (3, 3))),
        *(pa.decimal256(60, 0), pa.decimal256(40, 12)),
    )
} | {
    "list<int64>": pa.list_(pa.int64()),
    "list<double>": pa.list_(pa.float64()),
    "list<string>": pa.list_(pa.string()),
    "large_list<string>": pa.large_list(pa.string()),
    "list<decimal128(38, 0)>": pa.list_(pa.decimal128(38, 0)),
    "struct<n: int64, s: string, l: list<bool>>": pa.struct(
        {"n": pa.int64(), "s": pa.string(), "l": pa.list_(pa.bool_())}
    ),
    "map<string, int64>": pa.map_(pa.string(), pa.int64()),
    "dictionary<values=string, indices=int32>": pa.dictionary(pa.int32(), pa.string()),
    "dictionary<values=int64, indices=int8>": pa.dictionary(pa.int8(), pa.int64()),
}


def arrow_of(text: str | None, kind: pa.DataType) -> pa.Array:
    """One value of a type from its text, without a cast of the library that is tested."""
    if text is None:
        return pa.nulls(1, kind)
    if pa.types.is_dictionary(kind):
        return arrow_of(text, kind.value_type).dictionary_encode().cast(kind)
    if pa.types.is_temporal(kind):
        width = pa.int32() if kind.bit_width == pa.int32().bit_width else pa.int64()
        return pa.array([_count(text, kind)], width).view(kind)
    made = next((made for is_such, made in _MADE if is_such(kind)), lambda text, _: text)
    return pa.array([made(text, kind)], kind)


def _nested(text: str, kind: pa.DataType) -> Any:  # noqa: ANN401 - whatever JSON says
    held = json.loads(text, parse_float=float, parse_int=_whole(kind))
    return list(held.items()) if pa.types.is_map(kind) else held


_MADE: Final[tuple[tuple[Any, Any], ...]] = (
    (pa.types.is_nested, _nested),
    (pa.types.is_float16, lambda text, _: np.float16(text)),
    (pa.types.is_floating, lambda text, _: float(text)),
    (pa.types.is_boolean, lambda text, _: text == "true"),
    (pa.types.is_decimal, lambda text, _: Decimal(text)),
    (pa.types.is_integer, lambda text, _: int(text)),
    (lambda kind: "binary" in str(kind), lambda text, _: text.encode()),
)


def _whole(kind: pa.DataType) -> Any:  # noqa: ANN401 - a reader of digits
    return Decimal if pa.types.is_list(kind) and pa.types.is_decimal(kind.value_type) else int


def _count(text: str, kind: pa.DataType) -> int:
    """The number of a type's units that a text means, if it is not that number itself."""
    if text.lstrip("-").isdigit():
        return int(text)
    head, _, behind = text.partition(".")
    since = datetime.fromisoformat(head).replace(tzinfo=UTC) - EPOCH.replace(tzinfo=UTC)
    if pa.types.is_date32(kind):
        return since // timedelta(days=1)
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[getattr(kind, "unit", "ms")]
    return since // timedelta(seconds=1) * 10**digits + int(behind[:digits].ljust(digits, "0") or 0)

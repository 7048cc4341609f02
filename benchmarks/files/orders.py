"""Orders as files: CSV, JSON lines and Parquet, with bad rows of thirty kinds among the good ones where asked for."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.datasets import Csv, Dataset, FilePattern, Json, Parquet
from etl_assets.schema import Column

FORMATS: Final = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet"}
ORDERS: Final = Dataset(
    name="bench/staging/orders",
    columns=(
        Column("id", "bigint"),
        Column("customer"),
        Column("amount", "numeric(12,2)"),
        Column("weight", "double precision"),
        Column("ordered_on", "date"),
        Column("ordered_at", "timestamp"),
        Column("is_paid", "boolean"),
        Column("note"),
    ),
    key=("id",),
    files=(
        FilePattern(pattern="*.csv", format=Csv(header=True)),
        FilePattern(pattern="*.jsonl", format=Json(lines=True)),
        FilePattern(pattern="*.parquet", format=Parquet()),
    ),
)
NAMES: Final = tuple(column.name for column in ORDERS.columns)
_TYPES: Final = (
    *(pa.int64(), pa.string(), pa.decimal128(12, 2), pa.float64()),
    *(pa.date32(), pa.timestamp("us"), pa.bool_(), pa.string()),
)
_BARE: Final = {"id", "amount", "weight", "is_paid"}
_GROUP: Final = 100_000
_FIRST: Final = datetime(2024, 1, 1, tzinfo=UTC)

NOT_WHOLE: Final = "not a whole number"
VALUE_KINDS: Final = (
    ("id", "", "must not be empty"),
    ("id", "two", NOT_WHOLE),
    ("id", "9223372036854775808", "out of range for bigint"),
    ("id", "1.5", NOT_WHOLE),
    ("id", "0x1F", NOT_WHOLE),
    ("id", "1_000", NOT_WHOLE),
    ("id", " 5", NOT_WHOLE),
    ("amount", "1.234", "more than 2 digits behind the point"),
    ("amount", "12345678901.00", "out of range for numeric(12,2)"),
    ("amount", "NaN", "not a number"),
    ("amount", "1,5", "not a number"),
    ("amount", "1e400", "out of range for numeric(12,2)"),
    ("weight", "Infinity", "not a number"),
    ("weight", "1e400", "out of range for double precision"),
    ("weight", "heavy", "not a number"),
    ("ordered_on", "2024-02-30", "no such date"),
    ("ordered_on", "30.02.2024", "not a date as YYYY-MM-DD"),
    ("ordered_at", "2024-01-01 24:00:00", "not a time as YYYY-MM-DD HH:MM:SS"),
    ("ordered_at", "2016-12-31 23:59:60", "not a time as YYYY-MM-DD HH:MM:SS"),
    ("ordered_at", "2024-01-01 00:00:00.123456789", "more than 6 digits behind the second"),
    ("is_paid", "yes", "neither true nor false"),
)
"""Cells that no value fits, which every format can have: column, text, reason."""


@dataclass(frozen=True)
class Bad:
    """A bad row.

    Args:
        line: The line that it begins in.
        reason: Why it is held back.
    """

    line: int
    reason: str


Cells = dict[str, str]


def cells_of(number: int) -> Cells:
    """The texts of an order; every eighth note has something in it that has to be quoted."""
    at = _FIRST + timedelta(seconds=number * 37 % 31_000_000, microseconds=number % 1_000_000)
    return {
        "id": str(number),
        "customer": f"customer {number % 5_000}",
        "amount": f"{number % 100_000}.{number % 100:02}",
        "weight": repr(number % 1_000 / 8),
        "ordered_on": f"{at:%Y-%m-%d}",
        "ordered_at": f"{at:%Y-%m-%d %H:%M:%S.%f}",
        "is_paid": "true" if number % 3 else "false",
        "note": f'said "{number % 7}", then left' if number % 8 == 0 else f"note é {number % 97}",
    }


def csv_line(cells: Cells) -> bytes:
    """A record of CSV."""
    texts = (f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set('",') else text for text in cells.values())
    return ",".join(texts).encode() + b"\n"


def json_line(cells: Cells) -> bytes:
    """A record of JSON lines."""
    pairs = (f"{json.dumps(name)}:{_json(name, text)}" for name, text in cells.items())
    return f"{{{','.join(pairs)}}}\n".encode()


def _json(name: str, text: str) -> str:
    is_number = name in _BARE and text not in {"", "NaN", "Infinity"} and set(text) <= set("0123456789.truefals")
    return text if is_number else json.dumps(text or None, ensure_ascii=False)


Edit = Callable[[bytes], bytes]
CSV_KINDS: Final[tuple[tuple[Edit, str], ...]] = (
    (lambda line: line.split(b",")[0] + b",a\n", "it has 2 cells instead of 8"),
    (lambda line: line[:-1] + b",more\n", "it has 9 cells instead of 8"),
    (lambda _: b"\n", "an empty line"),
    (lambda line: line.replace(b"customer", b'cust"omer', 1), "a quote is not closed or stands in the wrong place"),
    (lambda line: line.replace(b"customer", b'"cust"omer', 1), "a quote is not closed or stands in the wrong place"),
    (lambda line: line.replace(b"customer", b"cust\romer", 1), "a carriage return stands alone"),
    (lambda line: line.replace(b"customer", b"caf\xe9", 1), "it is not UTF-8"),
    (lambda line: line.replace(b"customer", b"cust\0omer", 1), "it has a NUL byte"),
    (lambda _: ",".join(NAMES).encode() + b"\n", NOT_WHOLE),
)
JSON_KINDS: Final[tuple[tuple[Edit, str], ...]] = (
    (lambda line: line.replace(b'"customer"', b'"client"'), "it has no field 'customer'"),
    (lambda line: line.replace(b'"customer":', b'"note":"","customer":'), "it has the field 'note' twice"),
    (lambda line: line.replace(b'"customer":"', b'"customer":NaN,"x":"'), "NaN is no number of JSON"),
    (lambda line: line.replace(b'"customer ', b'"\\ud83d '), "it has half a character"),
    (lambda line: line.replace(b'"customer ', b'"\\u0000 '), "it has a NUL byte"),
    (lambda line: line[:40] + b"\n", "Unterminated string starting at character"),
    (lambda _: b"[1]\n", "it is no object"),
    (lambda _: b"\n", "an empty line"),
    (lambda line: line.replace(b'"customer ', b'"caf\xe9 '), "it is not UTF-8"),
)
"""Records that are ill-formed: how, and the beginning of the reason."""


def write_orders(path: Path, rows: int, bad: int = 0, first: int = 1) -> list[Bad]:
    """Write a file; gives its bad rows.

    Args:
        path: Whose suffix says the format.
        rows: How many there are.
        bad: How many of them are bad, evenly spread.
        first: The number of the first order.
    """
    if path.suffix == FORMATS["parquet"]:
        return _write_parquet(path, rows, bad, first)
    is_csv = path.suffix == FORMATS["csv"]
    made, edits = (csv_line, CSV_KINDS) if is_csv else (json_line, JSON_KINDS)
    found: list[Bad] = []
    with path.open("wb") as file:
        line = file.write(",".join(NAMES).encode() + b"\n") and 2 if is_csv else 1
        for place, kind in _placed(rows, bad):
            cells = cells_of(first + place)
            text, reason = (made(cells), "") if kind is None else _spoilt(cells, kind, made, edits)
            file.write(text)
            found += [Bad(line + place, reason)] if reason else []
    return found


def _placed(rows: int, bad: int) -> Iterator[tuple[int, int | None]]:
    """Each row's place, and of a bad one the number of its kind."""
    step = rows // bad if bad else rows + 1
    for place in range(rows):
        is_bad = place % step == step // 2 and place // step < bad
        yield place, place // step if is_bad else None


def _spoilt(
    cells: Cells, kind: int, made: Callable[[Cells], bytes], edits: Sequence[tuple[Edit, str]]
) -> tuple[bytes, str]:
    """A bad row of a kind, and the reason why it is held back."""
    kind %= len(VALUE_KINDS) + len(edits)
    if kind < len(VALUE_KINDS):
        column, text, reason = VALUE_KINDS[kind]
        return made(cells | {column: text}), reason
    edit, reason = edits[kind - len(VALUE_KINDS)]
    return edit(made(cells)), reason


def _write_parquet(path: Path, rows: int, bad: int, first: int) -> list[Bad]:
    """With its own types; with bad rows as text throughout, since a typed column cannot have most of them."""
    found: list[Bad] = []
    kinds = [pa.string()] * len(NAMES) if bad else _TYPES
    schema = pa.schema(list(zip(NAMES, kinds, strict=True)))
    held: list[Cells] = []
    with pq.ParquetWriter(path, schema) as writer:
        for place, kind in _placed(rows, bad):
            cells = cells_of(first + place)
            if kind is not None:
                column, text, reason = VALUE_KINDS[kind % len(VALUE_KINDS)]
                found.append(Bad(place + 1, reason))
                cells |= {column: text}
            held.append(cells)
            if len(held) == _GROUP or place == rows - 1:
                writer.write_table(_table(held, schema))
                held.clear()
    return found


def _table(held: list[Cells], schema: pa.Schema) -> pa.Table:
    columns = [pa.array([_value(cells[field.name], field.type) for cells in held], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _value(text: str, kind: pa.DataType) -> object:
    made: dict[pa.DataType, Callable[[str], object]] = {
        pa.int64(): int,
        pa.decimal128(12, 2): Decimal,
        pa.float64(): float,
        pa.date32(): date.fromisoformat,
        pa.timestamp("us"): datetime.fromisoformat,
        pa.bool_(): lambda text: text == "true",
    }
    return made[kind](text) if kind in made else text

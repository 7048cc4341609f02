"""Each probe in a file of its own, beside a good row, for tools that lose a file with its worst row."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.torture.peers.saying import NEIGHBOUR
from etl_assets_tests.torture.files import FileProbe
from etl_assets_tests.torture.values import COLUMNS, Probe, parquet_value

FORMS: Final = {"csv": ".csv", "lines": ".jsonl", "parquet": ".parquet"}
_GOOD: Final = {
    "text": "a",
    "bigint": "5",
    "integer": "5",
    "numeric": "5",
    "double precision": "0.5",
    "boolean": "true",
    "date": "2024-01-01",
    "timestamp": "2024-01-01 00:00:00",
}
_BARE: Final = {"bigint", "integer", "numeric", "double precision", "boolean"}


def write_alone(folder: Path, probes: list[Probe]) -> Iterator[dict[str, Any]]:
    """Write the files of values; gives what is asked of a tool about each."""
    folder.mkdir(parents=True)
    types = {column.name: column.type for column in COLUMNS}
    for one in probes:
        if one.form in FORMS:
            file = folder / f"{one.number}{FORMS[one.form]}"
            _write(file, one, types[one.column].partition("(")[0])
            yield {"number": one.number, "form": one.form, "file": str(file), "type": types[one.column]}


def _write(file: Path, one: Probe, kind: str) -> None:
    good = _GOOD[kind]
    if one.form == "csv":
        file.write_text(f"id,v\n{NEIGHBOUR},{good}\n{one.number},{one.content}\n", encoding="utf-8", newline="")
    elif one.form == "lines":
        beside = good if kind in _BARE else json.dumps(good)
        lines = f'{{"id": {NEIGHBOUR}, "v": {beside}}}\n{{"id": {one.number}, "v": {one.content}}}\n'
        file.write_text(lines, encoding="utf-8", newline="")
    else:
        cell, options = parquet_value(one)
        both = pa.concat_arrays([pa.nulls(1, cell.type), cell])
        pq.write_table(pa.table({"id": pa.array([NEIGHBOUR, one.number]), "v": both}), file, **options)


def write_files_alone(folder: Path, probes: list[FileProbe]) -> Iterator[dict[str, Any]]:
    """Write the files of files.yaml under names that say how they are written and packed."""
    folder.mkdir(parents=True)
    for one in probes:
        if one.form in FORMS:
            packed = {b"\x1f\x8b": ".gz", b"\x28\xb5": ".zst"}.get(one.content[:2], "")
            file = folder / f"{one.batch}{FORMS[one.form]}{packed}"
            file.write_bytes(one.content)
            yield {"number": -one.batch, "form": one.form, "file": str(file), "type": "text", "column": "t"}

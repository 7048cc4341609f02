"""dlt's ``filesystem`` with its readers and the declared types, into DuckDB; runs in dlt's environment."""

import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import dlt
from dlt.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

from benchmarks.speed.exchange import serve
from benchmarks.torture.peers.saying import tried

_READERS: Final = {"csv": read_csv, "lines": read_jsonl, "parquet": read_parquet}
_TYPES: Final = {
    "text": "text",
    "bigint": "bigint",
    "integer": "bigint",
    "double precision": "double",
    "boolean": "bool",
    "date": "date",
    "timestamp": "timestamp",
}


def _column(kind: str) -> dict[str, Any]:
    if numeric := re.fullmatch(r"numeric\((\d+),(\d+)\)", kind):
        return {"data_type": "decimal", "precision": int(numeric[1]), "scale": int(numeric[2])}
    return {"data_type": _TYPES[kind], **({"timezone": False} if kind == "timestamp" else {})}


def _read(probe: dict[str, Any], folder: str) -> Iterable[tuple[Any, Any]]:
    path, name, column = Path(probe["file"]), f"p{probe['number']}".replace("-", "f"), probe.get("column", "v")
    destination = dlt.destinations.duckdb(f"{folder}/{name}.duckdb")
    pipeline = dlt.pipeline(name, destination=destination, dataset_name="torture", pipelines_dir=folder)
    rows = filesystem(bucket_url=path.parent.as_uri(), file_glob=path.name) | _READERS[probe["form"]]()
    rows.apply_hints(columns={"id": _column("bigint"), column: _column(probe["type"])})
    pipeline.run(rows.with_name("probe"))
    with pipeline.sql_client() as client, client.execute_query("select * from probe") as cursor:
        names = [each[0] for each in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(row.get("id"), _value(row, column)) for row in rows]


def _value(row: dict[str, Any], column: str) -> Any:  # noqa: ANN401 - whatever was loaded
    """The value; where that is NULL, with the column of its own into which dlt puts what does not fit."""
    beside = (f"NULL, {value} in {name}" for name, value in row.items() if name.startswith(f"{column}__v_") and value)
    return next(beside, None) if row.get(column) is None else row[column]


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """What comes of each probe."""
    found = {
        str(probe["number"]): tried(lambda one=probe: _read(one, request["folder"]), probe["number"])
        for probe in request["probes"]
    }
    return {"found": found, "packages": {"dlt": version("dlt"), "duckdb": version("duckdb")}}


if __name__ == "__main__":
    serve(answer_to)

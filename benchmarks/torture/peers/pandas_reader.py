"""pandas with the declared types, as far as it has them; runs in an environment of its own."""

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.speed.exchange import serve
from benchmarks.torture.peers.saying import tried


def _type_of(kind: str) -> Any:  # noqa: ANN401 - whatever pandas takes for a type
    if numeric := re.fullmatch(r"numeric\((\d+),(\d+)\)", kind):
        return pd.ArrowDtype(pa.decimal128(int(numeric[1]), int(numeric[2])))
    return {
        "text": pd.StringDtype("pyarrow"),
        "bigint": pd.Int64Dtype(),
        "integer": pd.Int32Dtype(),
        "double precision": "float64",
        "boolean": pd.BooleanDtype(),
        "date": pd.ArrowDtype(pa.date32()),
        "timestamp": pd.ArrowDtype(pa.timestamp("us")),
    }[kind]


def _read(probe: dict[str, Any]) -> Iterable[tuple[Any, Any]]:
    file, column = probe["file"], probe.get("column", "v")
    types: dict[Any, Any] = {"id": _type_of("bigint"), column: _type_of(probe["type"])}
    if probe["form"] == "csv":
        frame = pd.read_csv(file, dtype=types)
    elif probe["form"] == "lines":
        frame = pd.read_json(file, lines=True, dtype=types)
    else:
        frame = pd.read_parquet(file).astype(types)
    return zip(frame["id"].tolist(), frame[column].tolist(), strict=True)


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """What comes of each probe."""
    found = {str(probe["number"]): tried(lambda one=probe: _read(one), probe["number"]) for probe in request["probes"]}
    return {"found": found, "packages": {"pandas": pd.__version__, "pyarrow": pa.__version__}}


if __name__ == "__main__":
    serve(answer_to)

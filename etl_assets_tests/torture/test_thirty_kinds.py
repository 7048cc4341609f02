"""Among many good rows exactly the bad ones are held back, each with its reason."""

from pathlib import Path

import pytest

from benchmarks.files.orders import CSV_KINDS, FORMATS, JSON_KINDS, ORDERS, VALUE_KINDS, write_orders
from etl_assets.connectors.files.extract import extract_files
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset

ROWS, BAD, KINDS = 20_000, 60, 30


@pytest.mark.parametrize("form", FORMATS)
def test_exactly_the_bad_rows_are_held_back(engine: Engine, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "landing" / "bench"
    folder.mkdir(parents=True)
    bad = write_orders(folder / f"orders{FORMATS[form]}", ROWS, BAD)
    lake = open_lake(str(tmp_path / "lake"))
    extract_files(ORDERS, tmp_path / "landing", lake)
    report = load_dataset(engine, ORDERS, lake)
    assert (report.total("loaded"), report.total("quarantined")) == (ROWS - BAD, BAD)
    with engine.reading() as session:
        held = dict(session.rows("select line, reason from etl.quarantine order by line"))
        (good,) = session.rows("select count(*), count(distinct id), sum(id) from bench_staging.orders")
    assert held.keys() == {one.line for one in bad}
    assert [one for one in bad if not held[one.line].startswith(one.reason)] == []
    first = 1 if form != "csv" else 2
    spoilt = sum(one.line - first + 1 for one in bad)
    assert good == (ROWS - BAD, ROWS - BAD, ROWS * (ROWS + 1) // 2 - spoilt)


def test_there_are_thirty_kinds_in_the_formats_of_text() -> None:
    assert len(VALUE_KINDS) + len(CSV_KINDS) == len(VALUE_KINDS) + len(JSON_KINDS) == KINDS

"""Real exports, read by us and by Python's own reader: the same cells, row for row."""

import csv
from pathlib import Path

import pytest

from etl_assets.datasets import Csv
from etl_assets.schema import Column
from etl_assets_tests.connectors.files.landed_files import Read

FOLDERS = ("support/history", "support/new_data", "dms/users", "pipelines")
WITH_HEADER = {"PrioritySLA.csv", "planets_dataset.csv"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_cell_is_as_python_reads_it(real_data: Path, folder: str) -> None:
    files = sorted((real_data / folder).glob("*.csv"))
    assert files
    for file in files:
        with file.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.reader(opened, strict=True))
        has_header = file.name in WITH_HEADER
        titles = rows.pop(0) if has_header else [f"c{number}" for number in range(len(rows[0]))]
        read = Read(file.read_bytes(), [Column(title) for title in titles], Csv(header=has_header))
        assert [[cell or "" for cell in row] for row in read.good] == rows, file.name
        assert read.bad == []

"""Every hostile value arrives exactly or is held back with the reason that was written down, on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.torture.files import FILES, FileProbe, file_probes, write_files
from etl_assets_tests.torture.outcome import landed, loaded, wrong_files, wrong_values
from etl_assets_tests.torture.values import VALUES, Probe, probes, write_values

AT_LEAST = 60


@pytest.fixture(scope="module")
def places_and_lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[tuple[str, int], Probe], Lake]:
    folder = tmp_path_factory.mktemp("values")
    places = write_values(folder / "landing" / "torture" / "values", [*probes()])
    return places, _landed(VALUES, folder)


@pytest.fixture(scope="module")
def files_and_lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[FileProbe], Lake]:
    folder = tmp_path_factory.mktemp("files")
    found = [*file_probes()]
    write_files(folder / "landing" / "torture", found)
    return found, _landed(FILES, folder)


def _landed(dataset: Dataset, folder: Path) -> Lake:
    lake = open_lake(str(folder / "lake"))
    landed(dataset, folder / "landing", lake)
    return lake


def test_every_value_arrives_exactly_or_is_held_with_its_reason(
    engine: Engine, places_and_lake: tuple[dict[tuple[str, int], Probe], Lake]
) -> None:
    places, lake = places_and_lake
    loaded(engine, VALUES, lake)
    assert list(wrong_values(engine, places)) == []


def test_of_every_damaged_file_the_good_rows_arrive_and_the_rest_is_held_with_its_reason(
    engine: Engine, files_and_lake: tuple[list[FileProbe], Lake]
) -> None:
    found, lake = files_and_lake
    loaded(engine, FILES, lake)
    assert list(wrong_files(engine, lake, FILES, found)) == []


def test_the_set_is_as_large_as_it_says() -> None:
    def titles() -> Iterator[str]:
        yield from (probe.what for probe in probes())
        yield from (probe.what for probe in file_probes())

    assert len(set(titles())) > AT_LEAST
    assert {probe.form for probe in probes()} == {"csv", "lines", "document", "parquet", "excel"}

"""The sample of DMS: the same for the same seed, in pieces as in one go, and what its warehouse is made of."""

from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused, SettingsError
from etl_assets.samples.dms import write_dms

_TABLES = ("guide/places", "shop/orders", "shop/users")


def bytes_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's content and time."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_days_in_pieces_are_days_in_one_go(tmp_path: Path) -> None:
    whole = write_dms(tmp_path / "whole", days=3)
    pieces = [write_dms(tmp_path / "pieces", days=days) for days in (0, 1, 3)]
    assert bytes_of(tmp_path / "pieces") == bytes_of(tmp_path / "whole")
    assert sorted(name for one in pieces for name in one.written) == sorted(whole.written)
    assert {name.rpartition("/")[0] for name in whole.rows} == set(_TABLES)
    assert write_dms(tmp_path / "whole", days=3).written == ()


def test_another_seed_is_another_sample_and_scale_is_its_size(tmp_path: Path) -> None:
    one, other = (write_dms(tmp_path / str(seed), seed=seed) for seed in (1, 2))
    assert bytes_of(tmp_path / "1") != bytes_of(tmp_path / "2")
    load = "shop/users/LOAD00000001.csv"
    assert (one.rows[load], other.rows[load], write_dms(tmp_path / "3", scale=3).rows[load]) == (100, 100, 300)


def test_every_kind_of_change_is_in_it(tmp_path: Path) -> None:
    write_dms(tmp_path)
    lines = [line for path in (tmp_path / "shop/users").glob("2*.csv") for line in path.read_text().splitlines()]
    assert {line[:2] for line in lines} == {"I,", "U,", "D,"}


def test_other_files_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "shop/users").mkdir(parents=True)
    (tmp_path / "shop/users/LOAD00000001.csv").write_text("1,Somebody,Else,2020-01-01\n")
    with pytest.raises(LoadRefused, match="is not this sample's"):
        write_dms(tmp_path)


@pytest.mark.parametrize("numbers", [{"scale": 0}, {"seed": -1}, {"days": -1}])
def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path, numbers: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="A sample of scale"):
        write_dms(tmp_path, **numbers)

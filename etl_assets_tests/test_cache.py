"""Copies on this machine: whole or not there, bounded, and safe for several processes."""

import os
import time
from pathlib import Path

import pytest

from etl_assets.cache import Cache
from etl_assets.errors import LakeError

HOUR = 3600
MB = 1_000_000


def kept(cache: Cache, name: str, size: int = 1, *, asked_hours_ago: float = 0) -> Path:
    """A copy that was asked for last so long ago."""
    with cache.incoming() as path:
        path.write_bytes(b"x" * size)
        place = cache.keep(path, cache.place(name))
    at = time.time() - asked_hours_ago * HOUR
    os.utime(place, (at, at))
    return place


def test_a_copy_is_found_again_by_all_that_it_is_of(tmp_path: Path) -> None:
    place = kept(Cache(tmp_path, gigabytes=1), "a")
    other = Cache(tmp_path, gigabytes=1)
    assert other.place("a") == place
    assert other.has(place)
    assert other.place("a", "b") != other.place("ab")
    other.drop(place)
    assert not other.has(place)


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    with Cache(tmp_path, gigabytes=1).incoming() as path:
        path.write_bytes(b"half")
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_what_was_not_asked_for_longest_goes_first_and_what_is_in_use_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, gigabytes=0.01)
    ages = {"oldest": 5, "old": 4, "younger": 3, "in use": 0.5}
    places = {name: kept(cache, name, 3 * MB, asked_hours_ago=age) for name, age in ages.items()}
    kept(cache, "new", 3 * MB)
    assert [name for name, place in places.items() if place.exists()] == ["younger", "in use"]


def test_what_is_in_use_stays_though_it_is_too_much(tmp_path: Path) -> None:
    cache = Cache(tmp_path, gigabytes=0)
    places = [kept(cache, name, asked_hours_ago=0.9) for name in "abc"]
    assert all(place.exists() for place in places)


def test_asking_for_a_copy_makes_it_young(tmp_path: Path) -> None:
    cache = Cache(tmp_path, gigabytes=1)
    place = kept(cache, "a", asked_hours_ago=5)
    assert cache.has(place)
    assert time.time() - place.stat().st_mtime < HOUR


def test_what_killed_processes_left_is_swept_after_a_day(tmp_path: Path) -> None:
    cache = Cache(tmp_path, gigabytes=1)
    with cache.incoming() as path:
        path.write_bytes(b"half")
        for hours, left in ((23, 0), (25, 1)):
            at = time.time() - hours * HOUR
            os.utime(path, (at, at))
            assert cache.sweep() == left


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with (
        pytest.raises(LakeError, match=r"cache cannot be written: .*\. Make room on the disk"),
        Cache(tmp_path / "cache", gigabytes=1).incoming(),
    ):
        pass

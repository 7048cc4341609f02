"""The real logs and songs, whatever order they come in, against plain Python."""

import random
from dataclasses import replace

import pytest

from etl_assets_tests.defs.sparkify.conftest import Sparkify, on_duckdb, ordered
from etl_assets_tests.oracles.deliveries import Delivery
from etl_assets_tests.oracles.sparkify import sparkify_tables

MARTS = ("dim_users", "dim_users_history", "dim_songs", "dim_artists", "dim_time", "fact_song_plays")


def renamed(file: Delivery, number: int) -> Delivery:
    """The same content under another name, in a folder of its own where logs are."""
    folder, _, name = file.path.rpartition("/")
    return replace(file, path=f"{folder}/{number}-{name}" if "song_data" in folder else f"again/{number}-{name}")


def arrivals(files: list[Delivery], seed: int) -> list[list[Delivery]]:
    """All files in a random order, in three groups; some come twice, in another group and under another name."""
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    copies = [renamed(file, number) for number, file in enumerate(chance.sample(files, len(files) // 3))]
    groups: list[list[Delivery]] = [[], [], []]
    for file in chance.sample([*files, *copies], len(files) + len(copies)):
        chance.choice(groups).append(file)
    return groups


def assert_is(warehouse: Sparkify, files: list[Delivery]) -> None:
    """Hold every mart against the oracle, cell by cell."""
    found, expected = warehouse.marts(), sparkify_tables(files)
    assert found.keys() == expected.keys()
    for name in MARTS:
        assert ordered(found[name]) == ordered(expected[name]), name


def test_the_real_files_give_the_figures_that_are_known_of_them(sparkify: Sparkify, real_files: list[Delivery]) -> None:
    sparkify.receive(file for file in real_files if "_data/" in file.path)
    rows = {name: len(rows) for name, rows in sparkify.marts().items()}
    assert rows == {
        "dim_users": 97,
        "dim_users_history": 106,
        "dim_songs": 71,
        "dim_artists": 69,
        "dim_time": 8023,
        "fact_song_plays": 6820,
    }
    (counted,) = sparkify.ask(
        "select sum(rows_read) as read, sum(rows_loaded) as loaded, sum(rows_quarantined) as bad from etl.files"
    )
    assert [int(value) for value in counted.values()] == [8056 + 71, 8056 + 71, 0]
    (matched,) = sparkify.ask(
        "select count(case when song_key <> -1 then 1 end) as songs, count(case when artist_key <> -1 then 1 end) as"
        " artists, count(case when title_song_key <> -1 then 1 end) as titles, count(case when name_artist_key <> -1"
        " then 1 end) as names from sparkify_marts.fact_song_plays"
    )
    assert matched == {"songs": 1, "artists": 1, "titles": 4, "names": 21}
    assert_is(sparkify, real_files)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_grouping_twice_and_renamed_gives_the_same_tables(
    sparkify: Sparkify, real_files: list[Delivery], tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    files = [file for file in real_files if "_data/" in file.path]
    straight = on_duckdb(tmp_path_factory.mktemp("straight"))
    straight.receive(files)
    for group in arrivals(files, seed):
        sparkify.receive(group)
    assert sparkify.everything() == straight.everything()
    if not seed:
        assert_is(sparkify, files)


def test_the_same_files_again_and_under_other_names_write_nothing(small: Sparkify, real_files: list[Delivery]) -> None:
    files = [file for file in real_files if "_data/" in file.path]
    small.receive(files)
    builds = small.ask("select count(*) as builds from etl.builds")
    again = small.receive(files)
    copies = small.receive(renamed(file, 0) for file in files[::7])
    assert [report.written for report in (*again.values(), *copies.values())] == [0] * 2 * len(again)
    assert small.ask("select count(*) as builds from etl.builds") == builds
    (counted,) = small.ask("select sum(rows_loaded) as loaded from etl.files where path like 'again/%'")
    assert int(counted["loaded"]) == 0

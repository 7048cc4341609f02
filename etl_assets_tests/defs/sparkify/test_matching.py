"""Which song and artist a play is of: by what the files say, not by which of them came first."""

import pytest

from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, on_duckdb, song, song_file
from etl_assets_tests.oracles.deliveries import Delivery
from etl_assets_tests.oracles.sparkify import Row

MINUTE = 60_000
START = 1541105830796


def matches(warehouse: Sparkify) -> list[tuple[str | None, ...]]:
    """Song, artist, song by title, artist by name, of each play in the order of time."""
    plays = sorted(warehouse.marts()["fact_song_plays"], key=lambda row: row["time_id"])
    return [tuple(play[name] for name in ("song", "artist", "title_song", "name_artist")) for play in plays]


def test_a_late_song_re_matches_the_plays_that_were_there_and_writes_no_others(sparkify: Sparkify) -> None:
    plays = [event(START + n * MINUTE, itemInSession=n, song=f"S{n % 4}") for n in range(8)]
    sparkify.receive([log(*plays)])
    assert matches(sparkify) == [(None,) * 4] * 8
    done = sparkify.receive([song_file(song("SO1", title="S1"))])["fact_song_plays"]
    whole, name_alone = ("SO1", "AR1", "SO1", "AR1"), (None, None, None, "AR1")
    assert matches(sparkify) == [name_alone, whole, name_alone, name_alone] * 2
    assert (done.updated, done.inserted, done.deleted) == (8, 0, 0)
    done = sparkify.receive([song_file(song("SO2", title="S2"))])["fact_song_plays"]
    assert matches(sparkify) == [name_alone, whole, ("SO2", "AR1", "SO2", "AR1"), name_alone] * 2
    assert done.written == 2
    assert sparkify.receive([song_file(song("SO9", title="unheard", artist_name="B"))])["fact_song_plays"].written == 0


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ("SO1", "AR1", "SO1", "AR1")),
        ({"duration": 100.51}, (None, None, "SO1", "AR1")),
        ({"duration": None}, (None, None, "SO1", "AR1")),
        ({"artist_name": "B"}, (None, None, "SO1", None)),
        ({"title": "s"}, (None, None, None, "AR1")),
        ({"title": "T", "artist_name": "B"}, (None,) * 4),
    ],
)
def test_a_song_is_matched_by_title_artist_s_name_and_duration(
    small: Sparkify, told: Row, expected: tuple[str | None, ...]
) -> None:
    small.receive([song_file(song("SO1", **told)), log(event(START))])
    assert matches(small) == [expected]


def test_a_length_is_the_same_however_it_is_written(small: Sparkify) -> None:
    text = log(event(START)).content.replace(b"100.5,", b"1.00500e2,")
    small.receive([song_file(song("SO1")), Delivery("2018-11-01-events.json", text, log().modified_at)])
    assert matches(small) == [("SO1", "AR1", "SO1", "AR1")]


def test_of_several_songs_the_one_with_the_least_number_is_taken_whichever_came_first(
    small: Sparkify, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = [
        song_file(song("SO3", artist_id="AR1", duration=7.5)),
        song_file(song("SO5", artist_id="AR3")),
        song_file(song("SO4", artist_id="AR2")),
        log(event(START), event(START + MINUTE, length=9.5)),
    ]
    other = on_duckdb(tmp_path_factory.mktemp("other"))
    for file in files:
        small.receive([file])
    for file in reversed(files):
        other.receive([file])
    assert matches(small) == [("SO4", "AR2", "SO4", "AR2"), (None, None, "SO3", "AR1")]
    assert small.everything() == other.everything()


def test_an_artist_has_the_shortest_of_its_names_and_is_matched_by_each(small: Sparkify) -> None:
    place = {"artist_location": "Eugene", "artist_latitude": 44.05, "artist_longitude": -123.09}
    names = {"SO1": ("A featuring B", {**place, "artist_location": "Elsewhere"}), "SO2": ("A", {}), "SO3": ("A", place)}
    small.receive(song_file(song(number, artist_name=name, **told)) for number, (name, told) in names.items())
    small.receive([log(event(START, artist="A featuring B"))])
    (artist,) = small.marts()["dim_artists"]
    assert [*artist.values()] == ["AR1", "A", "Eugene", 44.05, -123.09]
    assert matches(small) == [("SO1", "AR1", "SO1", "AR1")]


def test_a_song_that_is_corrected_is_matched_anew(small: Sparkify) -> None:
    small.receive([song_file(song("SO1", title="Sss")), log(event(START))])
    corrected = song_file(song("SO1"))
    later = Delivery(corrected.path, corrected.content, corrected.modified_at.replace(year=2019))
    small.receive([later])
    assert matches(small) == [("SO1", "AR1", "SO1", "AR1")]


def test_stand_ins_of_files_are_null(small: Sparkify) -> None:
    told = {"artist_location": "Unknown", "artist_latitude": -9999, "artist_longitude": -9999.0, "year": 0}
    small.receive([song_file(song("SO1", **told))])
    (artist,), (known,) = small.marts()["dim_artists"], small.marts()["dim_songs"]
    assert [artist[name] for name in ("location", "latitude", "longitude")] == [None] * 3
    assert known["year"] is None

"""The sample of sparkify: written as the real files are, right in itself, the same every time."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused, SettingsError
from etl_assets.samples.sparkify import SampleReport, write_sparkify
from etl_assets_tests.oracles.deliveries import Delivery, from_folder
from etl_assets_tests.oracles.sparkify import Row, Tables, sparkify_tables
from etl_assets_tests.samples.test_support import states


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    """The smallest sample, and three days more."""
    return write_sparkify(tmp_path_factory.mktemp("sparkify"), days=3)


@pytest.fixture(scope="module")
def files(written: SampleReport) -> list[Delivery]:
    """Its files."""
    return from_folder(written.folder)


@pytest.fixture(scope="module")
def tables(files: list[Delivery]) -> Tables:
    """What a warehouse has to make of it."""
    return sparkify_tables(files)


def events(files: Iterable[Delivery]) -> list[Row]:
    return [json.loads(line) for file in files if "events" in file.name for line in file.content.splitlines()]


def forms(rows: Iterable[Row]) -> set[tuple[tuple[str, str], ...]]:
    """Names and kinds of fields, in their order, of rows."""
    return {tuple((name, type(value).__name__) for name, value in row.items()) for row in rows}


def test_it_is_laid_out_as_the_real_one(written: SampleReport) -> None:
    days = [f"2018/11/2018-11-{day:02}" for day in range(1, 31)] + [f"2018/12/2018-12-{day:02}" for day in range(1, 4)]
    logs = {path for path in written.files if path.startswith("log_data/")}
    assert logs == {f"log_data/{day}-events.json" for day in days}
    songs = set(written.files) - logs
    assert {len(path.split("/")) for path in songs} == {5}
    assert all(path.split("/")[2:4] == [*path.rpartition("/")[2][3:5]] for path in songs)
    assert (len(songs), written.rows[min(songs)]) == (63, 1)


def test_every_line_and_song_has_the_real_fields(files: list[Delivery], real_data: Path) -> None:
    real = from_folder(real_data / "sparkify")
    assert forms(events(files)) <= forms(events(real))
    songs, known = ([json.loads(file.content) for file in some if "song_data" in file.path] for some in (files, real))
    assert forms(songs) <= forms(known)


def test_the_smallest_sample_is_about_as_large_as_the_real_one(tables: Tables, files: list[Delivery]) -> None:
    assert 7_000 < len(events(files)) < 9_500
    assert 80 < len(tables["dim_users"]) <= 100
    assert len(tables["dim_users_history"]) > len(tables["dim_users"]) + 5


def test_songs_are_matched_partly(tables: Tables) -> None:
    plays = tables["fact_song_plays"]
    shares = [sum(play[name] is not None for play in plays) / len(plays) for name in ("song", "name_artist")]
    assert 0.02 < shares[0] < 0.2
    assert shares[0] + 0.05 < shares[1] < 0.6


def test_sessions_are_counted_through_and_in_order(files: list[Delivery]) -> None:
    sessions = defaultdict[int, list[Row]](list)
    for event in events(files):
        sessions[event["sessionId"]].append(event)
    for told in sessions.values():
        assert [event["itemInSession"] for event in told] == [*range(len(told))]
        assert [event["ts"] for event in told] == sorted(event["ts"] for event in told)
        assert len({event["userId"] for event in told} - {""}) <= 1
    assert min(sessions) == 1


def test_nobody_is_in_two_sessions_at_once(tmp_path: Path) -> None:
    sessions, stays = defaultdict[int, list[Row]](list), defaultdict[str, list[tuple[int, int]]](list)
    for event in events(from_folder(write_sparkify(tmp_path, scale=10).folder)):
        sessions[event["sessionId"]].append(event)
    for told in sessions.values():
        stays[max(event["userId"] for event in told)].append((told[0]["ts"], told[-1]["ts"]))
    assert all(one[1] < other[0] for some in stays.values() for one, other in pairwise(sorted(some)))


def test_a_day_s_file_has_the_events_of_that_day_in_order(files: list[Delivery]) -> None:
    for file in files:
        told = [event["ts"] for event in events([file])]
        assert {f"{datetime.fromtimestamp(ts / 1000, tz=UTC):%Y-%m-%d}" for ts in told} <= {file.name[:10]}
        assert told == sorted(told)


def test_levels_change_by_what_is_submitted_alone(files: list[Delivery]) -> None:
    level = dict[str, str]()
    for event in sorted(events(files), key=lambda one: (one["ts"], one["sessionId"], one["itemInSession"])):
        user = event["userId"]
        if not user:
            continue
        assert event["level"] == level.setdefault(user, event["level"])
        if event["page"].startswith("Submit"):
            level[user] = "paid" if event["page"] == "Submit Upgrade" else "free"


def test_the_same_seed_gives_the_same_bytes_and_times_and_more_days_change_none(tmp_path: Path) -> None:
    one, other = (write_sparkify(tmp_path / name, days=days) for name, days in (("one", 1), ("other", 3)))
    before = {path: state[1:] for path, state in states(one.folder).items()}
    after = {path: state[1:] for path, state in states(other.folder).items()}
    assert before.items() < after.items()
    again = write_sparkify(one.folder, days=3)
    assert set(again.written) == set(other.files) - set(one.files)
    assert len(again.written) == 4
    assert {path: state[1:] for path, state in states(one.folder).items()} == after
    assert write_sparkify(one.folder, days=2).written == ()


def test_another_seed_gives_another_sample_and_a_scale_more_of_it(tmp_path: Path, written: SampleReport) -> None:
    other = write_sparkify(tmp_path / "other", seed=2)
    assert sum(other.rows.values()) != sum(write_sparkify(tmp_path / "one").rows.values())
    large = write_sparkify(tmp_path / "large", scale=4, days=3)
    assert 3 * sum(written.rows.values()) < sum(large.rows.values()) < 5 * sum(written.rows.values())


def test_another_s_files_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "log_data/2018/11").mkdir(parents=True)
    (tmp_path / "log_data/2018/11/2018-11-02-events.json").write_text("mine")
    with pytest.raises(LoadRefused, match="is there already and is not this sample's"):
        write_sparkify(tmp_path)
    assert (tmp_path / "log_data/2018/11/2018-11-02-events.json").read_text() == "mine"


@pytest.mark.parametrize("numbers", [{"scale": 0}, {"seed": -1}, {"days": -1}])
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, numbers: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="cannot be made"):
        write_sparkify(tmp_path, **numbers)

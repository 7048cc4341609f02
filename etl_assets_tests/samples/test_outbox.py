"""An export appears whole or not at all, and never over what somebody else put there."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from etl_assets.errors import LoadRefused
from etl_assets.samples.outbox import Outbox

BEGUN = datetime.fromisoformat("2015-01-02")
ROWS = pa.table({"id": [1, 2], "name": ["a", "é"], "at": pa.array([0, 1], pa.timestamp("us"))})
LINES = '"1","a","1970-01-01 00:00:00.000000"\r\n"2","é","1970-01-01 00:00:00.000001"\r\n'.encode()


def publish(folder: Path, *, text: bytes = b"x\n") -> list[str]:
    """An export of two files and a third that joins them."""
    with Outbox(folder, begun=BEGUN) as outbox:
        outbox.put("a.csv", [ROWS, ROWS.slice(1)])
        outbox.put_text("b.csv", text, rows=1)
        outbox.join("all.csv", ["a.csv", "b.csv"])
        assert outbox.rows == {"a.csv": 3, "b.csv": 1, "all.csv": 4}
        return outbox.publish()


def states(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """What each file is: which one, since when, and its content."""
    paths = sorted(folder.iterdir())
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def test_rows_are_quoted_and_lines_end_as_on_windows(tmp_path: Path) -> None:
    assert publish(tmp_path / "new") == ["a.csv", "b.csv", "all.csv"]
    contents = {name: content for name, (*_, content) in states(tmp_path / "new").items()}
    second = LINES.splitlines(keepends=True)[1]
    assert contents == {"a.csv": LINES + second, "b.csv": b"x\n", "all.csv": LINES + second + b"x\n"}


def test_each_file_is_a_second_younger_than_the_one_before(tmp_path: Path) -> None:
    publish(tmp_path)
    times = {name: time for name, (_, time, _) in states(tmp_path).items()}
    begun = 1_420_156_800_000_000_000
    assert times == {"a.csv": begun, "b.csv": begun + 10**9, "all.csv": begun + 2 * 10**9}


def test_publishing_again_touches_nothing(tmp_path: Path) -> None:
    publish(tmp_path)
    before = states(tmp_path)
    assert publish(tmp_path) == []
    assert states(tmp_path) == before


def test_a_file_with_the_right_content_and_another_time_gets_its_time_back(tmp_path: Path) -> None:
    publish(tmp_path)
    right = (tmp_path / "b.csv").stat().st_mtime_ns
    (tmp_path / "b.csv").touch()
    assert publish(tmp_path) == []
    assert (tmp_path / "b.csv").stat().st_mtime_ns == right


def test_a_file_of_somebody_else_stands_and_nothing_appears_beside_it(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"y\n")
    with pytest.raises(LoadRefused, match=r"b\.csv is there already and is not this sample's"):
        publish(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]
    assert (tmp_path / "b.csv").read_bytes() == b"y\n"


def test_what_was_not_published_is_taken_away_and_waits_under_a_hidden_name(tmp_path: Path) -> None:
    with Outbox(tmp_path, begun=BEGUN) as outbox:
        outbox.put("a.csv", [ROWS])
        assert [path.name for path in tmp_path.iterdir()] == [".a.csv.part"]
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".a.csv.part").write_bytes(b"half")
    publish(tmp_path)
    assert sorted(states(tmp_path)) == ["a.csv", "all.csv", "b.csv"]


def test_a_table_without_rows_is_an_empty_file(tmp_path: Path) -> None:
    with Outbox(tmp_path, begun=BEGUN) as outbox:
        outbox.put("a.csv", [ROWS.slice(2)])
        outbox.publish()
    assert (tmp_path / "a.csv").read_bytes() == b""

"""The landing folder: walked safely, each file told apart from its earlier states."""

import os
import socket
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile, Refused, landed, sha256_of
from etl_assets_tests.connectors.files.landed_files import land, shown


def test_files_come_in_the_order_of_their_paths_with_size_and_time(tmp_path: Path) -> None:
    for path in ("b.csv", "a/c.csv", "a/b/d.csv"):
        land(tmp_path, path, b"12")
    os.utime(tmp_path / "b.csv", ns=(0, 1_000_000_123_456_789))
    found = list(landed(tmp_path))
    assert [file.path for file in found] == ["a/b/d.csv", "a/c.csv", "b.csv"]
    last = found[-1]
    assert isinstance(last, LandedFile)
    assert (last.size, last.modified_at) == (2, datetime.fromisoformat("1970-01-12T13:46:40.123456"))


def test_no_folder_is_no_file(tmp_path: Path) -> None:
    assert list(landed(tmp_path / "nothing")) == []


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "landing").touch()
    assert list(landed(tmp_path / "landing")) == [Refused(".", "the folder cannot be read: Not a directory")]


def test_a_file_that_goes_away_while_the_folder_is_read_is_not_there(tmp_path: Path) -> None:
    land(tmp_path, "a.csv", b"")
    land(tmp_path, "b.csv", b"")
    found = landed(tmp_path)
    assert next(found).path == "a.csv"
    (tmp_path / "b.csv").unlink()
    assert list(found) == []


@pytest.mark.parametrize("path", [".hidden", ".git/config", "a.csv.tmp", "a.csv.part"])
def test_what_is_still_being_written_is_not_there_yet(tmp_path: Path, path: str) -> None:
    land(tmp_path, path, b"")
    assert list(landed(tmp_path)) == []


def test_links_and_devices_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    land(outside, "secret.csv", b"secret")
    folder = tmp_path / "landing"
    land(folder, "good.csv", b"")
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.csv"))
        found = list(landed(folder))
    assert [file.path for file in found if isinstance(file, LandedFile)] == ["good.csv"]
    refused = [file for file in found if isinstance(file, Refused)]
    assert [(file.path, file.reason) for file in refused] == [
        (path, "it is no regular file") for path in ("link.csv", "loop", "pipe.csv", "socket.csv")
    ]


def test_a_name_that_cannot_be_written_down_is_refused(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.csv").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.csv")).touch()
    found = list(landed(tmp_path))
    assert [(file.path, type(file)) for file in found] == [("bad\\udcff.csv", Refused), ("two\\nlines.csv", Refused)]


def test_the_hash_is_the_one_of_the_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    assert sha256_of(land(tmp_path, "a.csv", content), {}) == sha256(content).hexdigest()


def test_a_file_that_is_as_it_was_is_not_read_again(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", b"1")
    assert sha256_of(file, {file.fingerprint: "known"}) == "known"
    land(tmp_path, "a.csv", b"2")
    os.utime(file.location, ns=(0, file.fingerprint[1]))
    same_size_and_time = shown(file.location, "a.csv")
    assert same_size_and_time.fingerprint[:2] == file.fingerprint[:2]
    assert sha256_of(same_size_and_time, {file.fingerprint: "known"}) == sha256(b"2").hexdigest()


def test_a_file_that_changed_since_the_folder_was_read_is_left_alone(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", b"1")
    land(tmp_path, "a.csv", b"12")
    with pytest.raises(FileChanged, match=r"a\.csv changed while it was read"):
        sha256_of(file, {})


def test_a_file_that_changes_while_it_is_read_is_left_alone(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", b"1")
    with file.open():
        file.location.write_bytes(b"2")
    with pytest.raises(FileChanged):
        file.refuse_change()


def test_a_file_that_changes_right_after_it_was_read_has_another_fingerprint(tmp_path: Path) -> None:
    for number in range(20):
        file = land(tmp_path, "a.csv", b"%02d" % number)
        sha256_of(file, {})
        file.location.write_bytes(b"xx")
        assert shown(file.location, "a.csv").fingerprint != file.fingerprint


def test_a_file_that_went_away_is_left_alone(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", b"1")
    file.location.unlink()
    with pytest.raises(FileChanged):
        file.open()
    with pytest.raises(FileChanged):
        file.refuse_change()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_file_that_something_else_took_the_place_of_is_not_read(tmp_path: Path, kind: str) -> None:
    file = land(tmp_path, "a.csv", b"1")
    file.location.rename(tmp_path / "b.csv")
    if kind == "link":
        file.location.symlink_to(tmp_path / "b.csv")
    elif kind == "pipe":
        os.mkfifo(file.location)
    else:
        file.location.mkdir()
    with pytest.raises(FileUnavailable):
        file.open()


def test_a_file_that_the_system_does_not_give_says_why(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", b"1")
    with pytest.raises(FileUnavailable, match="it cannot be read: Input/output error"), file.access():
        raise OSError(5, "Input/output error")

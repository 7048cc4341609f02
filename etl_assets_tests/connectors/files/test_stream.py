"""A file's content: decompressed, checked, bounded, and the same that was hashed."""

import gzip
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.connectors.files import stream
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile
from etl_assets.connectors.files.stream import HashedFile, opened
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets_tests.connectors.files.landed_files import land
from etl_assets_tests.torture.packed import zstd

TEXT = b"".join(b"%d,%d\n" % (number, number * 7919 % 10_007) for number in range(20_000))


def content(file: LandedFile) -> bytes:
    with opened(file, sha256(file.location.read_bytes()).hexdigest()) as read:
        return read.read()


def test_a_file_that_is_not_compressed_comes_as_it_is(tmp_path: Path) -> None:
    assert content(land(tmp_path, "a.csv", TEXT)) == TEXT
    assert content(land(tmp_path, "b.csv", b"")) == b""


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv"])
def test_compression_is_seen_in_the_content_not_in_the_name(tmp_path: Path, name: str) -> None:
    assert content(land(tmp_path, name, gzip.compress(TEXT))) == TEXT


def test_a_file_of_two_compressed_members_is_both(tmp_path: Path) -> None:
    assert content(land(tmp_path, "a.gz", gzip.compress(TEXT) + gzip.compress(b"more"))) == TEXT + b"more"


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


PACKED = gzip.compress(TEXT)
DAMAGED = {
    "truncated": PACKED[:-9],
    "without its length": PACKED[:-4],
    "half": PACKED[: len(PACKED) // 2],
    "only its beginning": PACKED[:2],
    "another check sum": _flipped(PACKED, len(PACKED) - 8),
    "another length": _flipped(PACKED, len(PACKED) - 1),
    "another byte inside": _flipped(PACKED, len(PACKED) // 2),
    "something behind": PACKED + b"rubbish",
    "another method": _flipped(PACKED, 2),
}


FRAME = zstd(TEXT)
DAMAGED_FRAMES = {
    "zstd, truncated": FRAME[:-9],
    "zstd, without its check sum": FRAME[:-4],
    "zstd, half": FRAME[: len(FRAME) // 2],
    "zstd, only its beginning": FRAME[:4],
    "zstd, another check sum": _flipped(FRAME, len(FRAME) - 1),
    "zstd, another byte inside": _flipped(FRAME, len(FRAME) // 2),
    "zstd, something behind": FRAME + b"rubbish",
    "zstd, half of a second frame": FRAME + FRAME[: len(FRAME) // 2],
    "zstd, the beginning of a second frame": FRAME + FRAME[:3],
    "zstd, a window of 2 GiB": FRAME[:4] + bytes([4, 0xA8]) + FRAME[9:],
}


@pytest.mark.parametrize("damage", [*DAMAGED, *DAMAGED_FRAMES])
def test_damaged_compression_makes_the_file_unreadable(tmp_path: Path, damage: str) -> None:
    with pytest.raises(Unreadable, match="its compression is damaged"):
        content(land(tmp_path, "a.gz", (DAMAGED | DAMAGED_FRAMES)[damage]))


SKIPPED = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"


@pytest.mark.parametrize("packed", [FRAME, SKIPPED + FRAME, FRAME + SKIPPED, zstd(TEXT[:99]) + zstd(TEXT[99:])])
def test_frames_of_zstd_are_one_content_and_those_that_hold_none_are_passed_over(tmp_path: Path, packed: bytes) -> None:
    assert content(land(tmp_path, "a.csv.zst", packed)) == TEXT
    assert content(land(tmp_path, "b.csv", packed)) == TEXT


def test_every_cut_of_a_compressed_file_is_seen(tmp_path: Path) -> None:
    packed = gzip.compress(b"1,2,3\n" * 50)
    for size in range(2, len(packed)):
        with pytest.raises(Unreadable):
            content(land(tmp_path, "a.gz", packed[:size]))


def test_a_file_that_unpacks_to_too_much_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_BYTES", len(TEXT) - 1)
    with pytest.raises(Unreadable, match="it unpacks to more than"):
        content(land(tmp_path, "a.gz", PACKED))


def test_a_file_that_unpacks_to_too_many_times_its_size_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zlib.compress(bytes(3_000_000), wbits=31)
    monkeypatch.setattr(stream, "RATIO_FROM_BYTES", 4_000_000)
    assert content(land(tmp_path, "a.gz", bomb)) == bytes(3_000_000)
    monkeypatch.setattr(stream, "RATIO_FROM_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match="it unpacks to more than 200 times its size"):
        content(land(tmp_path, "b.gz", bomb))


def test_content_that_is_not_the_one_that_was_hashed_is_left_alone(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", TEXT)
    with pytest.raises(FileChanged), opened(file, "0" * 64) as read:
        read.read(10)


def test_a_file_that_changes_while_it_is_read_is_left_alone_even_if_it_became_unreadable(tmp_path: Path) -> None:
    file = land(tmp_path, "a.csv", TEXT)

    def read_while_it_changes() -> None:
        with opened(file, sha256(TEXT).hexdigest()):
            file.location.write_bytes(b"other")
            message = "half of it"
            raise Unreadable(message)

    with pytest.raises(FileChanged):
        read_while_it_changes()


class Broken:
    """A file on a disk that fails."""

    def read(self, _size: int = -1, /) -> bytes:
        """Fail."""
        raise OSError(5, "Input/output error")


def test_a_disk_that_fails_says_so(tmp_path: Path) -> None:
    file = HashedFile(land(tmp_path, "a.csv", TEXT), Broken())  # type: ignore[arg-type] # a file as far as it is used
    with pytest.raises(FileUnavailable, match="Input/output error"):
        file.read(1)

"""A file that waits is read once."""

from hashlib import sha256
from io import BufferedReader
from pathlib import Path

import pytest

from etl_assets.connectors.files.hashes import Hashes
from etl_assets.connectors.files.landing import LandedFile, landed

READ: list[str] = []


class Told(LandedFile):
    """A file that says when it is opened."""

    def open(self) -> BufferedReader:
        """Open it."""
        READ.append(self.path)
        return super().open()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, of which nothing was read."""
    READ.clear()
    (tmp_path / "items.csv").write_bytes(b"1")
    return tmp_path


def looked(folder: Path, hashes: Hashes) -> str:
    """Another look at the folder: the hash of its file."""
    hashes.look()
    file = next(iter(landed(folder)))
    assert isinstance(file, LandedFile)
    return hashes.of(Told(path=file.path, location=file.location, fingerprint=file.fingerprint), {})


def test_a_file_is_read_once_while_it_stays(folder: Path) -> None:
    hashes = Hashes()
    assert {looked(folder, hashes) for _ in range(3)} == {sha256(b"1").hexdigest()}
    assert READ == ["items.csv"]


def test_a_file_that_was_written_to_is_read_again(folder: Path) -> None:
    hashes = Hashes()
    looked(folder, hashes)
    (folder / "items.csv").write_bytes(b"2")
    assert looked(folder, hashes) == sha256(b"2").hexdigest()


def test_what_a_look_does_not_ask_for_is_forgotten(folder: Path) -> None:
    hashes = Hashes()
    looked(folder, hashes)
    hashes.look()
    looked(folder, hashes)
    assert READ == ["items.csv", "items.csv"]

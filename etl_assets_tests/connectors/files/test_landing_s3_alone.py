"""Objects that are damaged here, gone or not given cost the others nothing; and nothing is asked in vain."""

from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.bucket import SHA256
from etl_assets.cache import Cache
from etl_assets.connectors.files import landing_s3
from etl_assets.connectors.files.extract import extract_files
from etl_assets.connectors.files.landing import FileChanged, LandedFile, Refused
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets_tests.connectors.files.bay import CASES, Bay
from etl_assets_tests.servers.http_proxy import Fault, HttpProxy
from etl_assets_tests.servers.s3 import S3Server


@pytest.fixture
def bay(s3: S3Server, tmp_path: Path) -> Bay:
    return Bay(s3, tmp_path)


@pytest.mark.parametrize("damage", [b"", b"9,9,9\n"])
def test_a_damaged_copy_is_never_the_delivery(bay: Bay, damage: bytes) -> None:
    bay.put("support/cases.csv")
    file = bay.file("cases.csv")
    file.open().close()
    file.location.write_bytes(damage)
    for _ in range(2):
        extract_files(CASES, bay.landing, bay.lake)
    (manifest,) = bay.lake.manifests(CASES.name)
    assert (manifest.rows, manifest.files[0].sha256) == (1, sha256(b"1,2,3\n").hexdigest())


def test_what_is_known_is_not_asked_for_its_time(bay: Bay, s3_proxy: HttpProxy) -> None:
    for number in range(30):
        bay.put(f"support/cases{number}.csv", f"{number},2,3\n".encode())
    assert extract_files(CASES, bay.landing, bay.lake).files_new == 30
    s3_proxy.asked.clear()
    assert waiting_files(CASES, bay.landing, bay.lake).files == ()
    assert extract_files(CASES, bay.landing, bay.lake).files_new == 0
    assert [asked for asked in s3_proxy.asked if asked.startswith("HEAD")] == []


def test_a_file_whose_time_is_not_given_leaves_the_others_alone(
    bay: Bay, s3_proxy: HttpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one_second = lambda found: (found.size, 0, int(found.etag[1:16], 16))  # noqa: E731 - one line
    monkeypatch.setattr(landing_s3, "_fingerprint", in_one_second)
    for time, content in enumerate((b"1,2,3\n", b"4,5,6\n")):
        bay.put("support/cases1.csv", content, mtime=str(time))
        extract_files(CASES, bay.landing, bay.lake)
    bay.put("support/cases1.csv")
    bay.put("support/cases2.csv")
    s3_proxy.faults = [Fault("refused", "HEAD", "cases1.csv", times=99, status=403)]
    waiting = waiting_files(CASES, bay.landing, bay.lake)
    assert (waiting.files, [path for path, _ in waiting.unreadable]) == (("cases2.csv",), ["cases1.csv"])
    report = extract_files(CASES, bay.landing, bay.lake)
    assert (report.files_new, [path for path, _ in report.unreadable]) == (1, ["cases1.csv"])


def test_the_time_of_an_object_that_is_gone_is_that_of_one_that_changed(bay: Bay) -> None:
    bay.put("support/a.csv")
    file = bay.file("a.csv")
    bay.client.delete_object(Bucket=bay.bucket, Key="in/support/a.csv")
    with pytest.raises(FileChanged):
        _ = file.modified_at


def test_an_object_that_may_not_be_looked_at_is_refused_and_the_others_come(bay: Bay, s3_proxy: HttpProxy) -> None:
    bay.put("support/cases1.csv")
    bay.put("support/cases2.csv")
    s3_proxy.faults = [Fault("refused", "HEAD", "cases1.csv", times=99, status=403)]
    refused, landed = bay.landing.look("support", ["cases1.csv", "cases2.csv"])
    assert isinstance(refused, Refused)
    assert "AWS does not allow it" in refused.reason
    assert isinstance(landed, LandedFile)
    assert landed.path == "cases2.csv"


def test_what_a_landed_object_says_of_its_bytes_is_not_believed(bay: Bay) -> None:
    file = bay.folder / "cases.csv"
    file.write_bytes(b"1,2,3\n")
    said = {SHA256: sha256(b"1,2,3\n").hexdigest()}
    bay.put("support/cases.csv", b"4,5,6\n7,8,9\n", **said)
    assert extract_files(CASES, bay.landing, bay.lake).rows == 2
    bay.landing.land("support", "cases.csv", file)
    assert extract_files(CASES, bay.landing, bay.lake).rows == 1


class Forgetful(Cache):
    """A cache of which another process drops a copy as soon as it was found, once."""

    drops = 1

    def has(self, place: Path, size: int | None = None) -> bool:
        """As always, and then it goes."""
        found = super().has(place, size)
        if found and self.drops:
            self.drops -= 1
            self.drop(place)
        return found


def test_a_copy_that_another_process_drops_is_fetched_once_more(bay: Bay) -> None:
    bay.cache = Forgetful(bay.folder / "cache", gigabytes=1)
    bay.put("support/cases.csv")
    file = bay.file("cases.csv")
    file.open().close()
    with file.open() as opened:
        assert opened.read() == b"1,2,3\n"

"""A bucket as the landing folder: what it shows, what is read of it, and what is left alone."""

import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.bucket import PART_BYTES
from etl_assets.cache import Cache
from etl_assets.connectors.files.extract import extract_files, stray_files, unknown_files
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile, Refused, let_rest, sha256_of
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets.errors import SourceError
from etl_assets_tests.connectors.files.bay import CASES, Bay
from etl_assets_tests.servers.http_proxy import Fault, HttpProxy
from etl_assets_tests.servers.s3 import S3Server


@pytest.fixture
def bay(s3: S3Server, tmp_path: Path) -> Bay:
    return Bay(s3, tmp_path)


def test_files_come_with_size_and_time_and_others_are_left(bay: Bay) -> None:
    for key in ("support/b.csv", "support/a/b/d.csv", "support/a/c.csv", "totesys/x.csv", "supporter/y.csv"):
        bay.put(key, b"12")
    for key in ("support/", "support/.hidden", "support/.git/x", "support/a.tmp", "support/b.csv.part"):
        bay.put(key, b"")
    found = list(bay.landing.files("support"))
    assert sorted(one.path for one in found) == ["a/b/d.csv", "a/c.csv", "b.csv"]
    assert {one.size for one in found if isinstance(one, LandedFile)} == {2}
    assert list(bay.landing.files("none")) == []


def test_what_cannot_be_a_file_of_ours_is_refused_with_its_reason(bay: Bay) -> None:
    for key in ("support/one\x7f.csv", "support/a//b.csv"):
        bay.put(key)
    for name, storage in (("old.csv", "GLACIER"), ("older.csv", "DEEP_ARCHIVE"), ("cold.csv", "GLACIER_IR")):
        bay.client.put_object(Bucket=bay.bucket, Key=f"in/support/{name}", Body=b"1", StorageClass=storage)
    refused = {one.path: one.reason for one in bay.landing.files("support") if isinstance(one, Refused)}
    assert refused == {
        "one\\x7f.csv": "its name has characters that cannot be written down",
        "a//b.csv": "its name is no path",
        "old.csv": "it is archived (GLACIER): it is read once it is restored",
        "older.csv": "it is archived (DEEP_ARCHIVE): it is read once it is restored",
    }
    assert unknown_files([CASES], bay.landing) == (
        "support/a//b.csv (its name is no path)",
        "support/cold.csv",
        "support/old.csv (it is archived (GLACIER): it is read once it is restored)",
        "support/older.csv (it is archived (DEEP_ARCHIVE): it is read once it is restored)",
        "support/one\\x7f.csv (its name has characters that cannot be written down)",
    )


def test_an_archived_file_is_read_once_it_is_restored(bay: Bay) -> None:
    bay.client.put_object(Bucket=bay.bucket, Key="in/support/cases.csv", Body=b"1,2,3\n", StorageClass="GLACIER")
    assert extract_files(CASES, bay.landing, bay.lake).files_seen == 0
    bay.client.restore_object(Bucket=bay.bucket, Key="in/support/cases.csv", RestoreRequest={"Days": 1})
    (looked,) = bay.landing.look("support", ["cases.csv"])
    assert isinstance(looked, LandedFile)
    assert sha256_of(looked, {}) == sha256(b"1,2,3\n").hexdigest()


@pytest.mark.parametrize("size", [0, 5, PART_BYTES + 1])
def test_the_hash_is_the_one_of_the_bytes_and_large_files_leave_no_copy_for_it(bay: Bay, size: int) -> None:
    data = b"x" * size
    bay.put("support/a.csv", data)
    file = bay.file("a.csv")
    assert sha256_of(file, {}) == sha256(data).hexdigest()
    assert bay.copies() == 0
    with file.open() as opened:
        assert opened.read() == data


def test_a_file_is_known_again_and_another_one_under_its_name_is_not(bay: Bay) -> None:
    bay.put("support/a.csv", b"1")
    first = bay.file("a.csv")
    assert bay.file("a.csv").fingerprint == first.fingerprint
    (looked,) = bay.landing.look("support", ["a.csv", "none.csv"])
    assert isinstance(looked, LandedFile)
    assert looked.fingerprint == first.fingerprint
    assert sha256_of(first, {first.fingerprint: "known"}) == "known"
    bay.put("support/a.csv", b"2")
    assert bay.file("a.csv").fingerprint != first.fingerprint
    for read in (first.open, first.digest):
        with pytest.raises(FileChanged, match=r"a\.csv changed while it was read"):
            read()


def test_a_file_that_went_away_is_left_alone(bay: Bay) -> None:
    bay.put("support/a.csv", b"1")
    file = bay.file("a.csv")
    bay.client.delete_object(Bucket=bay.bucket, Key="in/support/a.csv")
    with pytest.raises(FileChanged):
        file.open()
    assert list(bay.landing.look("support", ["a.csv"])) == []


def test_a_file_is_read_as_it_was_listed_though_another_one_comes_meanwhile(bay: Bay) -> None:
    bay.put("support/a.csv", b"1")
    file = bay.file("a.csv")
    with file.open() as opened:
        bay.put("support/a.csv", b"2")
        assert opened.read() == b"1"
    file.refuse_change()


def test_an_object_is_whole_so_it_need_not_rest(bay: Bay) -> None:
    bay.put("support/a.csv", b"1")
    let_rest([bay.file("a.csv")], 1000)


@pytest.mark.parametrize(
    ("mtime", "expected"),
    [
        ("1577880000.123456789", "2020-01-01T12:00:00.123456"),
        ("1577880000", "2020-01-01T12:00:00"),
        ("soon", None),
        ("1e99", None),
        ("NaN", None),
    ],
)
def test_the_time_of_a_file_is_what_its_copier_says_or_when_it_came(bay: Bay, mtime: str, expected: str | None) -> None:
    bay.put("support/a.csv", b"1", mtime=mtime)
    file = bay.file("a.csv")
    said = file.modified_at.isoformat()
    assert said == expected if expected else file.modified_at.year >= 2025


def test_deliveries_come_into_the_lake_once(bay: Bay) -> None:
    for number in range(30):
        bay.put(f"support/cases{number}.csv", f"{number},2,3\n".encode())
    first = extract_files(CASES, bay.landing, bay.lake)
    assert (first.files_seen, first.files_new, first.rows) == (30, 30, 30)
    assert bay.copies() == 0
    assert waiting_files(CASES, bay.landing, bay.lake).files == ()
    bay.put("support/cases0.csv", b"0,2,3\n")
    bay.put("support/cases1.csv", b"1,2,4\n")
    assert waiting_files(CASES, bay.landing, bay.lake).files == ("cases1.csv",)
    again = extract_files(CASES, bay.landing, bay.lake)
    assert (again.files_seen, again.files_new, again.rows) == (30, 1, 1)


def test_a_list_is_asked_for_once_in_a_run(bay: Bay, s3_proxy: HttpProxy) -> None:
    bay.put("support/cases1.csv")
    landing = bay.landing
    for _ in range(3):
        extract_files(CASES, landing, bay.lake)
    assert sum("list-type=2" in asked for asked in s3_proxy.asked) == 1


def test_many_pages_are_listed(bay: Bay) -> None:
    for number in range(1_005):
        bay.put(f"support/{number:04}.csv", b"")
    assert sum(1 for _ in bay.landing.files("support")) == 1_005


def test_a_file_that_is_not_given_to_us_is_told_and_the_others_come(bay: Bay, s3_proxy: HttpProxy) -> None:
    bay.put("support/cases1.csv")
    bay.put("support/cases2.csv")
    s3_proxy.faults = [Fault("refused", "GET", "cases1.csv", times=9, status=403)]
    report = extract_files(CASES, bay.landing, bay.lake)
    ((path, reason),) = report.unreadable
    assert (path, report.files_new) == ("cases1.csv", 1)
    assert "it cannot be read: " in reason
    assert "AWS does not allow it (AccessDenied)" in reason
    s3_proxy.faults = []
    assert extract_files(CASES, bay.landing, bay.lake).files_new == 1


@pytest.mark.parametrize("fault", [
    Fault("cut", "GET", "cases1.csv", times=2),
    Fault("refused", "GET", "cases1.csv", times=2, status=503),
    Fault("refused", "GET", "list-type=2", times=2, status=500),
    Fault("odd body", "GET", "list-type=2", times=2),
    Fault("odd body", "GET", "cases1.csv", times=2),
])  # fmt: skip
def test_what_passes_is_not_noticed(bay: Bay, s3_proxy: HttpProxy, fault: Fault) -> None:
    bay.put("support/cases1.csv", b"1,2,3\n" * 1000)
    s3_proxy.faults = [replace(fault)]
    report = extract_files(CASES, bay.landing, bay.lake)
    assert (report.files_new, report.rows, report.unreadable) == (1, 1000, ())
    assert s3_proxy.faults[0].happened == 2


def test_a_list_that_never_comes_is_an_error_and_no_empty_folder(bay: Bay, s3_proxy: HttpProxy) -> None:
    bay.put("support/cases1.csv")
    s3_proxy.faults = [Fault("odd body", "GET", "list-type=2", times=100)]
    with pytest.raises(SourceError, match="fails again and again"):
        extract_files(CASES, bay.landing, bay.lake)


def test_what_lies_in_no_warehouse_s_folder_is_told(bay: Bay) -> None:
    for key in ("support/a.csv", "suport/a.csv", "suport/b/c.csv", "loose.csv", ".hidden", "empty/"):
        bay.put(key, b"")
    assert stray_files(["support"], bay.landing) == (
        "loose.csv (it lies in no warehouse's folder)",
        "suport/ (2 files; there is no warehouse suport)",
    )
    assert bay.landing.told() == f"s3://{bay.bucket}/in has empty, suport, support"


def test_a_file_lands_with_its_time_and_once(bay: Bay, s3_proxy: HttpProxy) -> None:
    file = bay.folder / "a.csv"
    file.write_bytes(b"1")
    os.utime(file, ns=(0, 1_577_880_000_123_456_789))
    for _ in range(2):
        bay.landing.land("support", "x/a.csv", file)
    assert bay.file("x/a.csv").modified_at.isoformat() == "2020-01-01T12:00:00.123456"
    assert sum(asked.startswith("PUT") for asked in s3_proxy.asked) == 1


def test_small_files_are_brought_as_far_as_there_is_room(bay: Bay) -> None:
    bay.cache = Cache(bay.folder / "small", gigabytes=0.000_020)
    for name in "abc":
        bay.put(f"support/{name}.csv", b"x" * 4_000)
    landing = bay.landing
    files = [one for one in landing.files("support") if isinstance(one, LandedFile)]
    landing.bring(files)
    assert bay.copies() == 2
    landing.let_go(files)
    assert bay.copies() == 0


@pytest.mark.parametrize("read", [lambda file: file.open(), lambda file: file.digest()], ids=["open", "digest"])
def test_an_object_of_which_nothing_is_given_says_why(
    bay: Bay, s3_proxy: HttpProxy, read: Callable[[LandedFile], object]
) -> None:
    bay.put("support/a.csv")
    file = bay.file("a.csv")
    s3_proxy.faults = [Fault("refused", "GET", "a.csv", times=9, status=403)]
    with pytest.raises(FileUnavailable, match="AWS does not allow it"):
        read(file)

"""Deliveries into the lake: each by path and content once, whatever happens in between."""

import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from etl_assets.connectors.files import extract, landing
from etl_assets.connectors.files.delivery import Delivery
from etl_assets.connectors.files.extract import ExtractReport, extract_files, unknown_files
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile
from etl_assets.connectors.files.patterns import Claims
from etl_assets.datasets import Csv, Dataset, Excel, FilePattern
from etl_assets.errors import DeclarationError, LakeError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets_tests.connectors.files.landed_files import dataset, shown

CASES = dataset(
    FilePattern(pattern="cases.csv", meaning="changes"),
    FilePattern(pattern="cases_{YYYY}.csv", meaning="snapshot"),
    effective_at="b",
)


class Home:
    """A landing folder and a lake."""

    def __init__(self, folder: Path) -> None:
        self.landing = folder / "landing"
        self.lake_folder = folder / "lake"

    def land(self, path: str, content: bytes = b"1,2,3\n") -> None:
        """Write a file below ``support``, with a time of its own."""
        location = self.landing / "support" / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(content)

    def extract(self, declared: Dataset = CASES) -> ExtractReport:
        """Extract with a lake that remembers nothing."""
        return extract_files(declared, self.landing, self.lake)

    @property
    def lake(self) -> Lake:
        """The lake, opened anew."""
        return open_lake(str(self.lake_folder))

    @property
    def entries(self) -> list[FileEntry]:
        """The files of all loads."""
        return [file for manifest in self.lake.manifests(CASES.name) for file in manifest.files]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What is in all parts, with the path in the place of the file's number."""
        found: list[dict[str, Any]] = []
        for manifest in self.lake.manifests(CASES.name):
            for part in self.lake.parts(manifest):
                rows = pq.read_table(part).to_pylist()
                found += [row | {"_file": manifest.files[row["_file"]].path} for row in rows]
        return sorted(found, key=lambda row: (row["_file"], row["_row"]))

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Path and first cell of every row."""
        return [(row["_file"], row["a"]) for row in self.rows]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_new_files_go_into_the_lake_with_all_that_is_known_of_them(home: Home) -> None:
    home.land("cases.csv", b"1,2,3\n4,5\n")
    home.land("deep/er/cases_2011.csv", b"6,7,8\n")
    os.utime(home.landing / "support/cases.csv", ns=(0, 1_600_000_000_123_456_789))
    report = home.extract()
    (manifest,) = home.lake.manifests(CASES.name)
    assert report == ExtractReport(
        files_seen=2, files_new=2, rows=3, unreadable=(), load_ids=(manifest.load_id,), notes=()
    )  # fmt: skip
    first, second = manifest.files
    assert (first.path, first.meaning, first.rows, first.problem_rows) == ("deep/er/cases_2011.csv", "snapshot", 1, 0)
    assert (second.path, second.meaning, second.rows, second.problem_rows) == ("cases.csv", "changes", 2, 1)
    assert first.order_at.isoformat() == "2011-01-01T00:00:00"
    assert first.order_at != first.modified_at
    assert second.order_at.isoformat() == second.modified_at.isoformat() == "2020-09-13T12:26:40.123456"
    assert manifest.load_id == load_id_of(CASES.name, [(file.path, file.sha256) for file in manifest.files])
    assert [part.path.startswith("support/cases/data/2011-01-01/") for part in manifest.parts] == [True]
    assert home.cells == [("cases.csv", "1"), ("cases.csv", None), ("deep/er/cases_2011.csv", "6")]


def test_a_second_extract_finds_nothing_new_and_writes_nothing(home: Home) -> None:
    home.land("cases.csv")
    home.extract()
    before = {path: path.stat().st_mtime_ns for path in home.lake_folder.rglob("*")}
    assert home.extract() == ExtractReport(
        files_seen=1, files_new=0, rows=0, unreadable=(), load_ids=(), notes=()
    )  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in home.lake_folder.rglob("*")} == before


def test_a_file_that_is_known_is_not_even_opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.land("cases.csv")
    home.extract()
    monkeypatch.setattr(LandedFile, "open", lambda _file: pytest.fail("it was opened"))
    assert home.extract().files_seen == 1


def test_the_same_file_again_is_nothing_new(home: Home) -> None:
    home.land("cases.csv")
    home.extract()
    os.utime(home.landing / "support/cases.csv", ns=(0, 0))
    assert home.extract().files_new == 0
    home.land("cases.csv")
    assert home.extract().files_new == 0


def test_the_same_name_with_new_content_is_a_new_delivery(home: Home) -> None:
    for content in (b"1,2,3\n", b"4,5,6\n"):
        home.land("cases.csv", content)
        home.extract()
    assert sorted(row["a"] for row in home.rows) == ["1", "4"]


def deliver(home: Home, *contents: tuple[bytes, int]) -> list[ExtractReport]:
    """One content after the other under one name, each with a time and in a run of its own."""
    reports: list[ExtractReport] = []
    for content, time_of_writing in contents:
        home.land("cases.csv", content)
        os.utime(home.landing / "support/cases.csv", (time_of_writing, time_of_writing))
        reports.append(home.extract())
    return reports


def by_time(home: Home) -> list[FileEntry]:
    return sorted(home.entries, key=lambda entry: entry.modified_at)


A, B = b"1,2,3\n", b"4,5,6\n"


def test_a_content_that_comes_back_is_a_delivery_each_time(home: Home) -> None:
    reports = deliver(home, (A, 1), (B, 2), (A, 3), (A, 4), (B, 5), (A, 6))
    assert [report.files_new for report in reports] == [1, 1, 1, 0, 1, 1]
    assert [report.notes for report in reports] == [()] * 6
    entries = by_time(home)
    assert [entry.is_return for entry in entries] == [False, False, True, True, True]
    assert len({entry.file_id for entry in entries}) == 5
    assert home.extract().files_new == 0


def test_a_content_that_comes_back_stands_whichever_came_first(home: Home) -> None:
    deliver(home, (B, 2), (A, 1), (A, 3))
    times = [(entry.modified_at.second, entry.is_return) for entry in by_time(home)]
    assert times == [(1, False), (2, False), (3, True)]


def test_a_content_that_comes_back_with_an_old_time_is_noted_in_each_run(home: Home) -> None:
    *_, last = deliver(home, (A, 1), (B, 2), (A, 1))
    assert last.files_new == 0
    (note,) = last.notes
    assert note.startswith("cases.csv has a content that it had before, and no newer time")
    assert home.extract().notes == last.notes


def test_the_same_content_under_another_path_is_a_delivery_too(home: Home) -> None:
    home.land("cases.csv")
    home.land("new_data/cases.csv")
    assert home.extract().files_new == 2
    home.land("newer_data/cases.csv")
    assert home.extract().files_new == 1
    assert len({entry.file_id for entry in home.entries}) == 3


def test_many_small_files_share_a_load_and_a_part(home: Home) -> None:
    for number in range(50):
        home.land(f"{number}/cases.csv", b"%d,2,3\n" % number)
    assert home.extract().files_new == 50
    (manifest,) = home.lake.manifests(CASES.name)
    assert (len(manifest.files), len(manifest.parts)) == (50, 1)
    assert home.cells == sorted((f"{number}/cases.csv", str(number)) for number in range(50))


def test_a_load_has_a_bounded_size(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "BATCH_BYTES", 20)
    monkeypatch.setattr(extract, "BATCH_FILES", 2)
    for number, content in enumerate((b"1,2,3\n", b"1,2,3\n", b"1,2,3\n", b"1,2,3\n" * 10, b"1,2,3\n", b"1,2,3\n")):
        home.land(f"{number}/cases.csv", content)
        os.utime(home.landing / f"support/{number}/cases.csv", (number, number))
    report = home.extract()
    files = {
        manifest.load_id: [file.path[0] for file in manifest.files] for manifest in home.lake.manifests(CASES.name)
    }
    assert [files[load_id] for load_id in report.load_ids] == [["0", "1"], ["2"], ["3"], ["4", "5"]]
    assert report.rows == len(home.rows) == 15


def test_a_compressed_file_gives_the_same_rows(home: Home) -> None:
    home.land("cases.csv.gz", gzip.compress(b"1,2,3\n4,5,6\n"))
    home.extract()
    assert home.cells == [("cases.csv.gz", "1"), ("cases.csv.gz", "4")]


def test_a_workbook_is_a_delivery_like_any_other(home: Home) -> None:
    book = Workbook()
    for row in (["b", "c", "a"], [2, 3, 1]):
        book.active.append(row)  # type: ignore[union-attr] # a new book has a sheet
    (home.landing / "support").mkdir(parents=True)
    book.save(home.landing / "support" / "cases.xlsx")
    home.extract(dataset(FilePattern(pattern="cases.xlsx", format=Excel())))
    assert home.cells == [("cases.xlsx", "1")]


UNREADABLE = {
    "truncated": (gzip.compress(b"1,2,3\n" * 1000)[:-9], "its compression is damaged"),
    "utf-16": ("1,2,3\n".encode("utf-16"), "it is not UTF-8 but UTF-16 or UTF-32"),
    "carriage returns": (b"1,2,3\r4,5,6\r", "its lines end with a carriage return alone"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_file_is_kept_as_it_came_and_the_others_go_on(home: Home, kind: str) -> None:
    content, reason = UNREADABLE[kind]
    home.land("bad/cases.csv", content)
    home.land("cases.csv")
    report = home.extract()
    assert (report.files_new, report.rows) == (2, 1)
    ((path, said),) = report.unreadable
    assert (path, reason in said) == ("bad/cases.csv", True)
    bad = next(entry for entry in home.entries if entry.status == "unreadable")
    assert (bad.path, bad.rows, bad.reason) == ("bad/cases.csv", 0, said)
    assert home.lake.storage.read(str(bad.original)) == content
    assert home.cells == [("cases.csv", "1")]
    assert home.extract().files_new == 0


def test_a_large_file_that_turns_out_unreadable_leaves_no_row(home: Home) -> None:
    rows = b"".join(b"%d,%d,%d\n" % (number, number * 7919, number * 104_729) for number in range(400_000))
    home.land("cases.csv.gz", gzip.compress(rows, 1)[:-1])
    assert home.extract().rows == 0
    assert home.rows == []


def test_a_missing_column_refuses_the_file_by_name(home: Home) -> None:
    declared = dataset(FilePattern(pattern="cases.csv", format=Csv(header=True)))
    home.land("cases.csv", b"a,b\n1,2\n")
    assert home.extract(declared).unreadable == (("cases.csv", "the column 'c' is missing in its header ('a', 'b')"),)


def test_what_is_worth_knowing_of_a_file_is_said(home: Home) -> None:
    home.land("1/cases.csv", b"")
    home.land("2/cases.csv", b"\xef\xbb\xbf1,2,3\n")
    assert sorted(home.extract().notes) == [
        "1/cases.csv: It is empty.",
        "2/cases.csv: It begins with a byte order mark, which was dropped.",
    ]
    assert [entry.rows for entry in home.entries if entry.path == "1/cases.csv"] == [0]


def test_a_file_that_cannot_be_opened_is_named_and_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.land("1/cases.csv")
    home.land("2/cases.csv", b"4,5,6\n")
    really_open = LandedFile.open

    def refuse(file: LandedFile) -> object:
        if file.path != "1/cases.csv":
            return really_open(file)
        message = "it cannot be read: Permission denied"
        raise FileUnavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr(LandedFile, "open", refuse)
        report = home.extract()
    assert report.unreadable == (("1/cases.csv", "it cannot be read: Permission denied"),)
    assert home.cells == [("2/cases.csv", "4")]
    home.extract()
    assert home.cells == [("1/cases.csv", "1"), ("2/cases.csv", "4")]


def changing(monkeypatch: pytest.MonkeyPatch, change: Callable[[LandedFile], object]) -> None:
    """Let files be changed between their hash and their rows."""
    really_write = Delivery.write

    def write(delivery: Delivery, *args: Any) -> FileEntry:  # noqa: ANN401 - handed on as they come
        change(delivery.file)
        return really_write(delivery, *args)

    monkeypatch.setattr(Delivery, "write", write)


@pytest.mark.parametrize("content", [b"4,5,6\n", b"longer,5,6\n", b'"'])
def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_time(
    home: Home, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    home.land("1/cases.csv")
    home.land("2/cases.csv")
    with monkeypatch.context() as patch:
        changing(patch, lambda file: file.path == "1/cases.csv" and file.location.write_bytes(content))
        report = home.extract()
    assert report.notes == ("1/cases.csv changed while it was read; it is left for the next run",)
    assert home.cells == [("2/cases.csv", "1")]
    assert home.extract().files_new == 1


def test_a_file_that_is_still_being_written_is_left_and_the_others_rest_first(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def write_on(seconds: float) -> None:
        waited.append(seconds)
        with (home.landing / "support/1/cases.csv").open("ab") as file:
            file.write(b"4,5,6\n")

    home.land("1/cases.csv")
    home.land("2/cases.csv")
    os.utime(home.landing / "support/2/cases.csv", (1, 1))
    monkeypatch.setattr(landing, "sleep", write_on)
    report = extract_files(CASES, home.landing, home.lake, settle_seconds=60)
    assert report.notes == ("1/cases.csv changed while it was read; it is left for the next run",)
    assert home.cells == [("2/cases.csv", "1")]
    assert 50 < waited[0] <= 60


def test_only_new_files_that_were_written_just_now_are_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.land("cases.csv")
    home.extract()
    waited: list[float] = []
    monkeypatch.setattr(landing, "sleep", waited.append)
    extract_files(CASES, home.landing, home.lake, settle_seconds=60)
    assert waited == []
    home.land("of the future/cases.csv")
    os.utime(home.landing / "support/of the future/cases.csv", (later := time.time() + 9999, later))
    extract_files(CASES, home.landing, home.lake, settle_seconds=60)
    assert waited[0] == 60


def test_a_file_that_goes_away_is_left(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.land("cases.csv")
    changing(monkeypatch, lambda file: file.location.unlink())
    assert home.extract().files_new == 0
    assert list(home.lake_folder.rglob("*.parquet")) == []


def test_a_file_that_is_replaced_within_one_tick_of_the_clock_is_not_overlooked(home: Home) -> None:
    for number in range(30):
        home.land("cases.csv", b"%03d,2,3\n" % number)
        home.extract()
    assert len(home.rows) == 30


def test_bytes_that_are_not_the_ones_that_were_hashed_are_not_kept(home: Home) -> None:
    home.land("cases.csv", "1".encode("utf-16"))
    file = shown(home.landing / "support" / "cases.csv", "cases.csv")
    claim = Claims([CASES]).of("cases.csv")
    assert claim
    with home.lake.writer(CASES.name) as writer, pytest.raises(FileChanged):
        Delivery(file, claim, "0" * 64).write(0, writer, home.lake)
    assert list(home.lake.storage.list("support")) == []


class BeatenLake(Lake):
    """A lake to which another run commits the same load a moment earlier."""

    def commit(self, manifest: Manifest) -> bool:
        """Come second."""
        super().commit(manifest)
        return super().commit(manifest)


def test_a_run_that_comes_second_reports_nothing_as_its_own(home: Home) -> None:
    home.land("cases.csv")
    report = extract_files(CASES, home.landing, BeatenLake(home.lake.storage))
    assert (report.files_seen, report.files_new, report.rows, report.load_ids) == (1, 0, 0, ())
    assert home.cells == [("cases.csv", "1")]


def test_unknown_files_are_named_and_stop_nothing(home: Home) -> None:
    home.land("cases.csv")
    home.land("deep/notes.txt")
    home.land(".hidden")
    (home.landing / "support" / "link.csv").symlink_to(home.landing)
    logs = dataset("logs.csv", name="dms/staging/logs")
    (home.landing / "dms").mkdir()
    (home.landing / "dms" / "x.csv").touch()
    assert unknown_files([CASES, logs], home.landing) == (
        "dms/x.csv",
        "support/deep/notes.txt",
        "support/link.csv (it is no regular file)",
    )
    assert home.extract().files_new == 1


def test_a_file_that_two_datasets_claim_is_refused_with_both(home: Home) -> None:
    home.land("cases.csv")
    with pytest.raises(DeclarationError, match="is claimed by"):
        unknown_files([CASES, dataset("c*.csv", name="support/staging/other")], home.landing)


def test_a_lake_that_cannot_be_written_fails_the_extract(home: Home) -> None:
    home.land("cases.csv")
    home.lake_folder.write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written"):
        home.extract()


PROGRAM = dedent("""
    import sys
    from pathlib import Path
    from etl_assets.connectors.files.extract import extract_files
    from etl_assets.lake.lake import open_lake
    from etl_assets_tests.connectors.files.test_extract import CASES
    extract_files(CASES, Path(sys.argv[1]), open_lake(sys.argv[2]))
""")


def run_elsewhere(home: Home, failpoint: str = "") -> "subprocess.Popen[bytes]":
    environment = os.environ | ({"ETL_FAILPOINT": failpoint} if failpoint else {})
    folder = Path(__file__).parents[3]
    return subprocess.Popen(  # noqa: S603 - this interpreter with a constant program
        [sys.executable, "-c", PROGRAM, str(home.landing), str(home.lake_folder)], env=environment, cwd=folder
    )


@pytest.mark.parametrize("place", ["extract.after_data", "extract.before_manifest", "extract.after_manifest"])
@pytest.mark.parametrize("time_reached", [1, 2])
def test_killed_and_run_again_is_as_never_killed(home: Home, place: str, time_reached: int) -> None:
    for number in range(3):
        home.land(f"{number}/cases.csv", b"%d,2,3\n" % number)
        os.utime(home.landing / f"support/{number}/cases.csv", (number, number))
    home.land("bad/cases.csv", "x".encode("utf-16"))
    program = PROGRAM.replace(
        "extract_files(", "from etl_assets.connectors.files import extract; extract.BATCH_FILES = 2\nextract_files(", 1
    )
    killed = subprocess.run(  # noqa: S603 - this interpreter with a constant program
        [sys.executable, "-c", program, str(home.landing), str(home.lake_folder)],
        env=os.environ | {"ETL_FAILPOINT": f"{place}:kill@{time_reached}"},
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert killed.returncode == -9
    committed = time_reached - (place != "extract.after_manifest")
    assert len(home.lake.manifests(CASES.name)) == committed
    assert len(home.rows) == min(2 * committed, 3)
    home.extract()
    assert home.cells == [(f"{number}/cases.csv", str(number)) for number in range(3)]
    assert sorted((entry.path, entry.status) for entry in home.entries) == [
        ("0/cases.csv", "read"), ("1/cases.csv", "read"), ("2/cases.csv", "read"), ("bad/cases.csv", "unreadable"),
    ]  # fmt: skip


def test_two_extracts_at_once_give_each_delivery_once(home: Home) -> None:
    for number in range(20):
        home.land(f"{number}/cases.csv", b"%d,2,3\n" % number)
    time.sleep(0.05)
    both = [run_elsewhere(home), run_elsewhere(home)]
    assert [process.wait() for process in both] == [0, 0]
    assert len(home.rows) == 20
    assert len(home.lake.manifests(CASES.name)) == 1

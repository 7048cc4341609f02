"""Deliveries from a bucket into a lake in a bucket, disturbed in every way: nothing is lost, nothing doubled."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl_assets.cache import Cache
from etl_assets.connectors.files.extract import extract_files
from etl_assets.connectors.files.landing_s3 import S3Landing
from etl_assets.defs.support.raw import DATASETS
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import Manifest
from etl_assets.samples.support import write_support
from etl_assets_tests.servers.http_proxy import Fault, HttpProxy
from etl_assets_tests.servers.s3 import S3Server

CHILD = """
from etl_assets_tests.faults.test_s3 import Bay
from pathlib import Path
import sys
Bay(sys.argv[1], Path(sys.argv[2])).extract()
"""
Loads = dict[str, tuple[Manifest, ...]]


@dataclass(frozen=True)
class Bay:
    """A bucket with a landing folder and a lake, and a machine's cache of it."""

    bucket: str
    folder: Path

    @property
    def cache(self) -> Cache:
        """The machine's."""
        return Cache(self.folder, gigabytes=1)

    @property
    def lake(self) -> Lake:
        """The lake, opened anew."""
        return open_lake(f"s3://{self.bucket}/lake", self.cache)

    @property
    def landing(self) -> S3Landing:
        """The landing folder, opened anew."""
        return S3Landing(f"s3://{self.bucket}/landing", self.cache)

    def extract(self) -> None:
        """Bring in what is new of every dataset."""
        lake, landing = self.lake, self.landing
        for dataset in DATASETS:
            extract_files(dataset, landing, lake)

    def extract_apart(self, failpoint: str) -> int:
        """The same in a process that is killed; gives its exit code."""
        argv = [sys.executable, "-c", CHILD, self.bucket, str(self.folder)]
        return subprocess.run(argv, env={**os.environ, "ETL_FAILPOINT": failpoint}, check=False).returncode  # noqa: S603 - our own

    @property
    def loads(self) -> Loads:
        """What is in the lake, every part of it read and compared with its hash by a machine that has none of it."""
        other = open_lake(f"s3://{self.bucket}/lake", Cache(self.folder / "fresh", gigabytes=1))
        found = {dataset.name: other.manifests(dataset.name) for dataset in DATASETS}
        for manifest in (one for some in found.values() for one in some):
            other.parts(manifest)
        return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A department's history and a day, as files."""
    folder = tmp_path_factory.mktemp("story") / "support"
    write_support(folder, days=1)
    return folder


@pytest.fixture
def bay(s3: S3Server, tmp_path: Path, story: Path) -> Bay:
    """A bucket in which the story has landed."""
    bay = Bay(s3.bucket(), tmp_path)
    landing = bay.landing
    for file in sorted(story.rglob("*.*")):
        landing.land("support", file.relative_to(story).as_posix(), file)
    return bay


@pytest.fixture
def undisturbed(story: Path, tmp_path: Path) -> dict[str, list[tuple[str, int, tuple[str, ...]]]]:
    """What folders make of it: of each load its id, rows and the hashes of its parts."""
    lake = open_lake(str(tmp_path / "lake"))
    for dataset in DATASETS:
        extract_files(dataset, story.parent, lake)
    return told({dataset.name: lake.manifests(dataset.name) for dataset in DATASETS})


def told(loads: Loads) -> dict[str, list[tuple[str, int, tuple[str, ...]]]]:
    return {
        name: [(one.load_id, one.rows, tuple(part.sha256 for part in one.parts)) for one in some]
        for name, some in loads.items()
    }


Told = dict[str, list[tuple[str, int, tuple[str, ...]]]]


def test_a_lake_in_a_bucket_is_the_one_in_a_folder(bay: Bay, undisturbed: Told) -> None:
    bay.extract()
    assert told(bay.loads) == undisturbed
    bay.extract()
    assert told(bay.loads) == undisturbed


def test_faults_of_every_kind_in_one_run_change_nothing(bay: Bay, s3_proxy: HttpProxy, undisturbed: Told) -> None:
    s3_proxy.faults = [
        Fault("refused", "GET", "landing", times=3, status=503),
        Fault("cut", "GET", "landing/support/cases.csv", times=2),
        Fault("odd body", "GET", "list-type=2", times=2),
        Fault("refused", "PUT", "data/", times=2, status=500),
        Fault("no reply", "PUT", "data/", times=2),
        Fault("odd body", "PUT", "data/", times=1),
        Fault("no reply", "PUT", "manifests/", times=2),
        Fault("refused", "PUT", "manifests/", times=2, status=500),
        Fault("odd body", "PUT", "manifests/", times=1),
        Fault("refused", "PUT", "manifests/", times=1, status=409),
        Fault("refused", "HEAD", "lake", times=2, status=500),
    ]
    bay.extract()
    assert [fault.happened == fault.times for fault in s3_proxy.faults] == [True] * len(s3_proxy.faults)
    assert told(bay.loads) == undisturbed


@pytest.mark.parametrize(
    "place", ["extract.after_data:kill@2", "extract.before_manifest:kill@1", "extract.after_manifest:kill@3"]
)
def test_killed_between_data_and_manifest_and_started_again_equals_never_killed(
    bay: Bay, undisturbed: Told, place: str
) -> None:
    assert bay.extract_apart(place) == -9
    bay.extract()
    assert told(bay.loads) == undisturbed


def test_another_writer_who_is_first_doubles_nothing(bay: Bay, s3_proxy: HttpProxy, undisturbed: Told) -> None:
    other = Bay(bay.bucket, bay.folder / "other machine")
    s3_proxy.faults = [Fault("first", "PUT", "cases/manifests/", act=other.extract)]
    bay.extract()
    assert s3_proxy.faults[0].happened == 1
    assert told(bay.loads) == undisturbed

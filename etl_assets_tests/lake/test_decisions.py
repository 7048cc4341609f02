"""What was decided about files: written once, the last word counts, and two writers lose nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from etl_assets.errors import LakeError
from etl_assets.lake.decisions import Decision
from etl_assets.lake.folder import FolderStorage
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, last_attempts, load_id_of

NAME = "shop/staging/orders"
ASIDE = Decision(file_id=1, path="a.csv", verdict="aside", why="refused: x")
AGAIN = replace(ASIDE, verdict="again", why="")
OTHER = Decision(file_id=2, path="b.csv", verdict="accepted")


def records(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("decisions/*.json"))


def test_the_last_decision_about_a_file_counts_in_every_lake_object(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    assert lake.decisions(NAME) == {}
    lake.decide(NAME, [ASIDE])
    lake.decide(NAME, [AGAIN, OTHER])
    assert open_lake(str(tmp_path)).decisions(NAME) == {1: AGAIN, 2: OTHER} == lake.decisions(NAME)
    assert records(tmp_path) == ["00000001.json", "00000002.json"]


def test_what_stands_already_is_not_written_again(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    for _ in range(3):
        lake.decide(NAME, [ASIDE])
    lake.decide(NAME, [])
    assert records(tmp_path) == ["00000001.json"]


class Raced(FolderStorage):
    """A folder to which another writer always writes first."""

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Come second."""
        if key.endswith("00000001.json"):
            open_lake(self.uri).decide(NAME, [OTHER])
        return super().put_if_absent(key, data)


def test_of_two_writers_neither_is_lost(tmp_path: Path) -> None:
    Lake(Raced(tmp_path)).decide(NAME, [ASIDE])
    assert open_lake(str(tmp_path)).decisions(NAME) == {1: ASIDE, 2: OTHER}


def test_a_record_that_is_missing_in_the_middle_takes_no_number(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    lake.decide(NAME, [ASIDE])
    lake.decide(NAME, [OTHER])
    (tmp_path / "shop/orders/decisions/00000001.json").unlink()
    open_lake(str(tmp_path)).decide(NAME, [AGAIN])
    assert records(tmp_path) == ["00000002.json", "00000003.json"]


@pytest.mark.parametrize(
    "damaged", ["{", '{"format": 2, "files": []}', '{"format": 1}', '{"format": 1, "files": [{}]}']
)
def test_a_damaged_record_is_refused(tmp_path: Path, damaged: str) -> None:
    record = tmp_path / "shop/orders/decisions/00000001.json"
    record.parent.mkdir(parents=True)
    record.write_text(damaged)
    with pytest.raises(LakeError, match="A record of decisions cannot be read"):
        open_lake(str(tmp_path)).decisions(NAME)


def attempts(dataset: str) -> Iterator[Manifest]:
    at = datetime(2020, 1, 1)  # noqa: DTZ001 - UTC without a zone
    entry = FileEntry(
        dataset=dataset, path="a.csv", sha256="0", size=1, modified_at=at, order_at=at, meaning="rows", rows=0
    )
    for attempt in range(3):
        load_id = load_id_of(dataset, [entry.identity], attempt=attempt)
        read = replace(entry, status="read" if attempt else "unreadable", reason="" if attempt else "no rows")
        yield Manifest(load_id=load_id, dataset=dataset, files=(read,), parts=(), rows=0, attempt=attempt)


def test_of_a_file_that_was_read_several_times_the_last_attempt_comes_first(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    written = [*attempts(NAME)]
    assert len({one.load_id for one in written}) == 3
    for one in written:
        assert lake.commit(one)
        assert Manifest.from_json(one.to_json()) == one
    found = lake.manifests(NAME)
    assert [one.attempt for one in found] == [2, 1, 0]
    ((manifest, entry),) = last_attempts(found).values()
    assert (manifest.attempt, entry.status) == (2, "read")
    assert b"attempt" not in written[0].to_json()

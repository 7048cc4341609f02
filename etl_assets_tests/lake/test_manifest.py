"""A manifest is read back as it was written, and nothing else is read at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import md5
from typing import Any

import pytest

from etl_assets.errors import LakeError
from etl_assets.lake.extracted import Extracted
from etl_assets.lake.manifest import FileEntry, Manifest, PartEntry, load_id_of

READ = FileEntry(
    dataset="support/staging/cases",
    path="new/cäses_2011.csv",
    sha256="ab" * 32,
    size=10,
    modified_at=datetime(2020, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - UTC without a zone
    order_at=datetime(2011, 1, 1),  # noqa: DTZ001 - UTC without a zone
    meaning="snapshot",
    rows=4,
    problem_rows=1,
    notes=("It begins with a byte order mark, which was dropped.",),
    fingerprint=(10, 1_577_934_245_000_006_000, -5),
)
UNREADABLE = replace(
    READ,
    path="b.csv",
    rows=0,
    problem_rows=0,
    status="unreadable",
    reason="it is not UTF-8",
    original="support/cases/unreadable/ab",
)
MANIFEST = Manifest(
    load_id="0123456789abcde",
    dataset="support/staging/cases",
    files=(READ, UNREADABLE),
    parts=(
        PartEntry(
            path="support/cases/data/2011-01-01/0123456789abcde-0-abababab.parquet", rows=4, bytes=99, sha256="cd"
        ),
    ),
    rows=4,
)


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_times_are_written_as_iso_text_with_microseconds() -> None:
    written = json.loads(MANIFEST.to_json())
    assert written["files"][0]["order_at"] == "2011-01-01T00:00:00.000000"
    assert written["format"] == 1


def _edited(edit: Callable[[dict[str, Any]], object]) -> bytes:
    found = json.loads(MANIFEST.to_json())
    edit(found)
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    "edit",
    [
        lambda found: found.pop("rows"),
        lambda found: found.update(more=1),
        lambda found: found.update(rows="4"),
        lambda found: found.update(rows=-1),
        lambda found: found.update(rows=True),
        lambda found: found.update(dataset=None),
        lambda found: found.update(files={}),
        lambda found: found["files"][0].update(more=1),
        lambda found: found["files"][0].update(is_return=1),
        lambda found: found["files"][0].pop("notes"),
        lambda found: found["files"][0].update(notes="text"),
        lambda found: found["files"][0].update(fingerprint=["1"]),
        lambda found: found["files"][0].update(meaning="other"),
        lambda found: found["files"][0].update(status="lost"),
        lambda found: found["files"][0].update(order_at="2011-01-01T00:00:00Z"),
        lambda found: found["files"][0].update(order_at="yesterday"),
        lambda found: found["parts"][0].update(bytes=1.5),
        lambda found: found["parts"].append("text"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(edit: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(LakeError, match="A manifest cannot be read"):
        Manifest.from_json(_edited(edit))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", MANIFEST.to_json()[:-20]])
def test_a_torn_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(LakeError, match="A manifest cannot be read"):
        Manifest.from_json(data)


@pytest.mark.parametrize("data", [b"[]", b'{"format": 2}', b'{"format": "1"}', b"{}"])
def test_another_format_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(LakeError, match="this version reads 1") as caught:
        Manifest.from_json(data)
    assert "version of the program" in caught.value.mend


def test_a_content_that_returned_is_another_delivery_each_time_and_only_then_written_down() -> None:
    returned = replace(READ, is_return=True)
    again = replace(returned, modified_at=READ.order_at)
    assert len({READ.file_id, returned.file_id, again.file_id}) == 3
    assert len({load_id_of("d", [entry.identity]) for entry in (READ, returned, again)}) == 3
    assert Manifest.from_json(replace(MANIFEST, files=(returned,)).to_json()).files == (returned,)
    assert b"is_return" not in MANIFEST.to_json()


def test_a_file_id_is_60_bits_of_dataset_path_and_content() -> None:
    text = f"support/staging/cases|{READ.path}|{READ.sha256}"
    assert READ.file_id == int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)
    others = [replace(READ, path="x"), replace(READ, sha256="cd"), replace(READ, dataset="support/staging/logs")]
    assert len({READ.file_id, *(other.file_id for other in others)}) == 4
    assert replace(READ, size=11, rows=5, order_at=READ.modified_at).file_id == READ.file_id


def test_a_load_id_depends_on_the_files_and_not_on_their_order() -> None:
    files = [("a", "1"), ("b", "2")]
    assert load_id_of("d", files) == load_id_of("d", files[::-1])
    assert (
        len(
            {
                load_id_of("d", files),
                load_id_of("e", files),
                load_id_of("d", files[:1]),
                load_id_of("d", [("a", "2"), ("b", "1")]),
            }
        )
        == 4
    )
    assert len(load_id_of("d", files)) == 15


def test_an_extract_is_read_back_as_it_was_written_and_stands_only_where_there_is_one() -> None:
    at = datetime(2024, 1, 2, 3, 4, 5, 6)  # noqa: DTZ001 - UTC without a zone
    extract = Extracted(number=2, taken_at=at, watermark=at, latest=None, state=1, next_number=7)
    manifest = replace(MANIFEST, extract=extract)
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert "extract" not in json.loads(MANIFEST.to_json())


def test_the_number_of_an_older_extract_is_forgotten_since_it_was_not_the_next_one() -> None:
    at = datetime(2024, 1, 2, 3, 4, 5, 6)  # noqa: DTZ001 - UTC without a zone
    extract = Extracted(number=2, taken_at=at, watermark=at, latest=None, state=1, next_number=7)
    older = json.loads(replace(MANIFEST, extract=extract).to_json())
    older["extract"]["after"] = older["extract"].pop("next_number")
    assert Manifest.from_json(json.dumps(older).encode()).extract == replace(extract, next_number=None)

"""Deliveries that are not in the warehouse yet, each under the name by which attempts to load it are counted.

The lake and the warehouse's ledger decide what is new. A file that is still written to is left until it rests.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from etl_assets.connectors.files.hashes import Hashes
from etl_assets.connectors.files.landing import LandedFile
from etl_assets.connectors.files.landings import Landing
from etl_assets.connectors.files.waiting import LandedAnew, landed_anew
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.names import delivery_key

_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, order=True, kw_only=True)
class Arrival:
    """A delivery on its way.

    Args:
        dataset: The staging table's key.
        path: Below the warehouse's landing folder, with slashes.
        version: Of the file: it changes whenever the file is written to, touched or put there again.
        named_at: The time in its name, UTC; None when there is none, or when the lake has it already.
        in_lake: Whether the lake has it, so that what is left to do is the load.
    """

    dataset: str
    path: str
    version: str
    named_at: datetime | None = None
    in_lake: bool = False

    @property
    def key(self) -> str:
        """``analysts.csv@0123456789ab``."""
        return delivery_key(self.path, self.version)


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """What is on its way to a warehouse.

    Args:
        ready: Deliveries that can be loaded, in the order of dataset and path.
        growing: Paths of files that were written to a moment ago.
        known: The datasets that the lake has anything of.
    """

    ready: tuple[Arrival, ...]
    growing: tuple[str, ...]
    known: frozenset[str]

    def missing(self, needed: Iterable[str]) -> tuple[str, ...]:
        """Those of the datasets of which nothing has ever arrived."""
        there = self.known | {one.dataset for one in self.ready}
        return tuple(name for name in needed if name not in there)


def arrivals(
    datasets: Sequence[Dataset],
    landing: Landing | Path,
    lake: Lake,
    loaded: Mapping[str, Collection[str]],
    *,
    now: int,
    settle_seconds: float,
    hashes: Hashes | None = None,
    paths: Collection[str] | None = None,
) -> Arrivals:
    """What has arrived and is not loaded.

    Args:
        datasets: The warehouse's; of those that come from a database's extracts, no file arrives.
        landing: The landing folder.
        lake: What has been extracted.
        loaded: The load ids that the warehouse has, by dataset.
        now: The time, in nanoseconds since 1970.
        settle_seconds: A file is ready when nothing has happened to it for so long.
        hashes: What was read when this was asked before.
        paths: Of the landed files to look at; all when None. What the lake has is looked at in any case.
    """

    def grows(file: LandedFile) -> bool:
        return 0 <= now - file.touched_ns < settle_seconds * 1e9

    manifests = {dataset.name: lake.manifests(dataset.name) for dataset in datasets}
    from_files = [dataset.name for dataset in datasets if dataset.files]
    ready = {one for name in from_files for one in _extracted(manifests[name], loaded.get(name, ()))}
    anew = [*landed_anew(datasets, landing, manifests, grows=grows, hashes=hashes, paths=paths)]
    ready |= {_landed(one) for one in anew if not one.grows}
    return Arrivals(
        ready=tuple(sorted(ready, key=_place)),
        growing=tuple(one.file.path for one in anew if one.grows),
        known=frozenset(name for name, some in manifests.items() if some),
    )


def _extracted(manifests: Iterable[Manifest], loaded: Collection[str]) -> Iterator[Arrival]:
    """The files of the loads that the warehouse has not."""
    for manifest in manifests:
        if manifest.load_id not in loaded:
            for file in manifest.files:
                yield Arrival(
                    dataset=manifest.dataset, path=file.path, version=_version(file.fingerprint), in_lake=True
                )


def _landed(anew: LandedAnew) -> Arrival:
    return Arrival(
        dataset=anew.claim.dataset.name,
        path=anew.file.path,
        version=_version(anew.file.fingerprint),
        named_at=anew.claim.named_at,
    )


def _version(fingerprint: Sequence[int]) -> str:
    return sha256(repr(tuple(fingerprint)).encode()).hexdigest()[:_VERSION_DIGITS]


def _place(arrival: Arrival) -> tuple[str, str, str]:
    return arrival.dataset, arrival.path, arrival.version

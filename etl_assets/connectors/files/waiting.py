"""Files that have landed and are not in the lake yet. Looks, and takes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from etl_assets.connectors.files.known import Known
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile, landed, sha256_of
from etl_assets.connectors.files.patterns import Claim, Claims
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class WaitingFiles:
    """What of a dataset lies in the landing folder and is not in the lake.

    Args:
        files: The paths that the next extract would bring in.
        unreadable: The path of each file that cannot be read, and why.
    """

    files: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class LandedAnew:
    """A file that the next extract would take.

    Args:
        file: The file.
        claim: The pattern that it belongs to.
        problem: Why it cannot be read now; empty when it can.
    """

    file: LandedFile
    claim: Claim
    problem: str = ""


def waiting_files(dataset: Dataset, landing: Path, lake: Lake) -> WaitingFiles:
    """What of a dataset waits for the next extract.

    Args:
        dataset: Whose files.
        landing: The landing folder.
        lake: What is known already.
    """
    found = [*landed_anew(dataset, landing, lake.manifests(dataset.name))]
    return WaitingFiles(
        files=tuple(one.file.path for one in found if not one.problem),
        unreadable=tuple((one.file.path, one.problem) for one in found if one.problem),
    )


def landed_anew(dataset: Dataset, landing: Path, manifests: Iterable[Manifest]) -> Iterator[LandedAnew]:
    """The files of a dataset that these manifests do not have, one by one. One that is known unchanged is not read."""
    known = Known(manifests)
    claims = Claims([dataset])
    for file in landed(landing / dataset.table.warehouse):
        if not isinstance(file, LandedFile) or not (claim := claims.of(file.path)):
            continue
        try:
            if _is_new(file, claim, known):
                yield LandedAnew(file=file, claim=claim)
        except FileUnavailable as error:
            yield LandedAnew(file=file, claim=claim, problem=str(error))


def _is_new(file: LandedFile, claim: Claim, known: Known) -> bool:
    try:
        sha256 = sha256_of(file, known.hashes[file.path])
    except FileChanged:
        return True
    standing = known.standing(file.path, sha256, claim.named_at or file.modified_at, file.modified_at)
    return standing in {"new", "returned"}

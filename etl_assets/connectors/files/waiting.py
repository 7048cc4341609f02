"""Files that have landed and are not in the lake yet. Looks, and takes nothing."""

from dataclasses import dataclass
from pathlib import Path

from etl_assets.connectors.files.known import Known
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile, landed, sha256_of
from etl_assets.connectors.files.patterns import Claim, Claims
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake


@dataclass(frozen=True, kw_only=True)
class WaitingFiles:
    """What of a dataset lies in the landing folder and is not in the lake.

    Args:
        files: The paths that the next extract would bring in.
        unreadable: The path of each file that cannot be read, and why.
    """

    files: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


def waiting_files(dataset: Dataset, landing: Path, lake: Lake) -> WaitingFiles:
    """What of a dataset waits for the next extract.

    Args:
        dataset: Whose files.
        landing: The landing folder.
        lake: What is known already.
    """
    known = Known(lake.manifests(dataset.name))
    claims = Claims([dataset])
    waiting: list[str] = []
    unreadable: list[tuple[str, str]] = []
    for file in landed(landing / dataset.table.warehouse):
        if not isinstance(file, LandedFile) or not (claim := claims.of(file.path)):
            continue
        try:
            if _is_new(file, claim, known):
                waiting.append(file.path)
        except FileUnavailable as error:
            unreadable.append((file.path, str(error)))
    return WaitingFiles(files=tuple(waiting), unreadable=tuple(unreadable))


def _is_new(file: LandedFile, claim: Claim, known: Known) -> bool:
    try:
        sha256 = sha256_of(file, known.hashes[file.path])
    except FileChanged:
        return True
    standing = known.standing(file.path, sha256, claim.named_at or file.modified_at, file.modified_at)
    return standing in {"new", "returned"}

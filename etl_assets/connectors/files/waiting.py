"""Files that have landed and are not in the lake yet. Looks, and takes nothing."""

from pathlib import Path

from etl_assets.connectors.files.known import Known
from etl_assets.connectors.files.landing import FileChanged, LandedFile, landed, sha256_of
from etl_assets.connectors.files.patterns import Claim, Claims
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake


def waiting_files(dataset: Dataset, landing: Path, lake: Lake) -> tuple[str, ...]:
    """The paths of a dataset's files that the next extract would bring into the lake.

    Args:
        dataset: Whose files.
        landing: The landing folder.
        lake: What is known already.
    """
    known = Known(lake.manifests(dataset.name))
    claims = Claims([dataset])
    files = (file for file in landed(landing / dataset.table.warehouse) if isinstance(file, LandedFile))
    return tuple(file.path for file in files if (claim := claims.of(file.path)) and _is_new(file, claim, known))


def _is_new(file: LandedFile, claim: Claim, known: Known) -> bool:
    try:
        sha256 = sha256_of(file, known.hashes[file.path])
    except (FileChanged, OSError):
        return True
    standing = known.standing(file.path, sha256, claim.named_at or file.modified_at, file.modified_at)
    return standing in {"new", "returned"}

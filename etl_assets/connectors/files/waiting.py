"""Files that have landed and are not in the lake yet. Looks, and takes nothing."""

from collections import defaultdict
from pathlib import Path

from etl_assets.connectors.files.landing import FileChanged, Fingerprint, LandedFile, landed, sha256_of
from etl_assets.connectors.files.patterns import Claims
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake


def waiting_files(dataset: Dataset, landing: Path, lake: Lake) -> tuple[str, ...]:
    """The paths of a dataset's files that the next extract would bring into the lake.

    Args:
        dataset: Whose files.
        landing: The landing folder.
        lake: What is known already.
    """
    known: defaultdict[str, dict[Fingerprint, str]] = defaultdict(dict)
    for manifest in lake.manifests(dataset.name):
        for entry in manifest.files:
            size, mtime, ctime = entry.fingerprint
            known[entry.path][size, mtime, ctime] = entry.sha256
    claims = Claims([dataset])
    files = (file for file in landed(landing / dataset.table.warehouse) if isinstance(file, LandedFile))
    return tuple(file.path for file in files if claims.of(file.path) and _is_new(file, known[file.path]))


def _is_new(file: LandedFile, known: dict[Fingerprint, str]) -> bool:
    try:
        return sha256_of(file, known) not in known.values()
    except (FileChanged, OSError):
        return True

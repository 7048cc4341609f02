"""Files that have landed and are not in the lake yet. Looks, and takes nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl_assets.connectors.files.hashes import Hashes
from etl_assets.connectors.files.known import Known
from etl_assets.connectors.files.landing import FileChanged, FileUnavailable, LandedFile
from etl_assets.connectors.files.landings import Landing, as_landing
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
        grows: Whether it is still written to: it is not read then, and may turn out to be known.
        problem: Why it cannot be read now; empty when it can.
    """

    file: LandedFile
    claim: Claim
    grows: bool = False
    problem: str = ""


def waiting_files(dataset: Dataset, landing: Landing | Path, lake: Lake) -> WaitingFiles:
    """What of a dataset waits for the next extract.

    Args:
        dataset: Whose files.
        landing: The landing folder.
        lake: What is known already.
    """
    found = [*landed_anew([dataset], landing, {dataset.name: lake.manifests(dataset.name)})]
    return WaitingFiles(
        files=tuple(one.file.path for one in found if not one.problem),
        unreadable=tuple((one.file.path, one.problem) for one in found if one.problem),
    )


def landed_anew(
    datasets: Sequence[Dataset],
    landing: Landing | Path,
    manifests: Mapping[str, Iterable[Manifest]],
    *,
    grows: Callable[[LandedFile], bool] = lambda _: False,
    hashes: Hashes | None = None,
    paths: Collection[str] | None = None,
) -> Iterator[LandedAnew]:
    """The files of datasets that the lake does not have, one by one; read is only what the path alone does not tell.

    Args:
        datasets: Whose files.
        landing: The landing folder; it is walked once for all of them.
        manifests: The lake's, by dataset.
        grows: Whether a file is still written to.
        hashes: What was read in looks before.
        paths: Of the files to look at; all when None.
    """
    hashes, landing = hashes or Hashes(), as_landing(landing)
    if paths is None:
        hashes.look()
    from_files = [dataset for dataset in datasets if dataset.files]
    for warehouse in sorted({dataset.table.warehouse for dataset in from_files}):
        own = [dataset for dataset in from_files if dataset.table.warehouse == warehouse]
        known = [(Claims([dataset]), Known(manifests[dataset.name])) for dataset in own]
        for file in landing.files(warehouse) if paths is None else landing.look(warehouse, paths):
            if isinstance(file, LandedFile):
                claimed = ((claims.of(file.path), lake) for claims, lake in known)
                found = (_anew(file, claim, lake, hashes, grows) for claim, lake in claimed if claim)
                yield from filter(None, found)


def _anew(
    file: LandedFile, claim: Claim, known: Known, hashes: Hashes, grows: Callable[[LandedFile], bool]
) -> LandedAnew | None:
    if file.fingerprint not in known.hashes.get(file.path, ()) and grows(file):
        return LandedAnew(file=file, claim=claim, grows=True)
    try:
        is_anew = _is_anew(file, claim, known, hashes)
    except FileChanged:
        is_anew = True
    except FileUnavailable as error:
        return LandedAnew(file=file, claim=claim, problem=str(error))
    return LandedAnew(file=file, claim=claim) if is_anew else None


def _is_anew(file: LandedFile, claim: Claim, known: Known, hashes: Hashes) -> bool:
    """Whether the lake has not what a file holds; of a path that it has nothing of, it is not asked what that is."""
    if not (there := known.hashes.get(file.path)):
        file.refuse_unreadable()
        return True
    sha256 = hashes.of(file, there)
    standing = known.standing(file.path, sha256, lambda: (claim.named_at or file.modified_at, file.modified_at))
    return standing in {"new", "returned"}

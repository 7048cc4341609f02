"""Loading again what is in the quarantine of a dataset: from the bytes to the staging table."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from etl_assets.cli.graph import dataset_named
from etl_assets.connectors.files.again import Attempt, extract_again
from etl_assets.connectors.files.landings import open_landing
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError, EtlError
from etl_assets.lake.decisions import Decision
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.quarantine import Held, held_files

_REFUSED: Final = "refused: "
_SAID: Final = {
    "read again": "was read once more, as it is declared now",
    "gone": "is not in the landing folder any more, so its records are those that were read before",
    "unclaimed": "belongs to no pattern of the dataset any more",
}


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What a replay did to a dataset.

    Args:
        dataset: The staging table's key.
        rows_loaded: Rows that are loaded now and were not before.
        rows_held: Rows in the quarantine now; those of replaced deliveries not among them.
        rows_held_before: Before it.
        files_held: Files that are there whole now, likewise.
        files_held_before: Before it.
        notes: What is worth knowing of single files.
        error: Why it failed; then all stands as it was.
    """

    dataset: str
    rows_loaded: int
    rows_held: int
    rows_held_before: int
    files_held: int
    files_held_before: int
    notes: tuple[str, ...]
    error: str


def chosen(every: Iterable[Dataset], names: Sequence[str], files: Collection[str], engine: Engine) -> list[Dataset]:
    """The datasets that are replayed: those that are named, or have a named file, or have anything in the quarantine.

    Raises:
        DeclarationError: When there is no such dataset, or nothing of such a file is in the quarantine.
    """
    if unknown := [name for name in names if not dataset_named(name)]:
        message = f"There is no dataset {', '.join(unknown)}."
        raise DeclarationError(message, mend="Name it as support/staging/cases; `etl-assets status` lists them.")
    named = {found.name for name in names if (found := dataset_named(name))}
    held = {one.name: held_files(engine, one.name) for one in every if not named or one.name in named}
    paths = {one.path for many in held.values() for one in many}
    if strangers := sorted(set(files) - paths):
        message = f"Nothing of {', '.join(strangers)} is in the quarantine."
        raise DeclarationError(message, mend="`etl-assets quarantine list --all` shows the files that are.")
    return [one for one in every if any(not files or each.path in files for each in held.get(one.name, ()))]


def replay_dataset(settings: Settings, engine: Engine, dataset: Dataset, files: Collection[str]) -> Replayed:
    """Load again what of a dataset is in the quarantine; a failure is part of what is told.

    Args:
        settings: Where things are.
        engine: The warehouse.
        dataset: What is loaded.
        files: The paths to try again; all of it when there is none.
    """
    lake = open_lake(settings.lake_url, settings.cache)
    landing = open_landing(settings.landing_url, settings.cache)
    held = held_files(engine, dataset.name)
    loaded, notes, error = _loaded(engine, dataset), _replaced(held, files), ""
    try:
        wanted = _wanted(held, files)
        if wanted:
            notes += _noted(extract_again(dataset, landing, lake, [one.file_id for one in wanted]))
            _try_again(lake, wanted)
            load_dataset(engine, dataset, lake, anew=True)
        notes += [
            f"{path} waits in the landing folder: a run loads it"
            for path in waiting_files(dataset, landing, lake).files
        ]
    except EtlError as failure:
        error = str(failure)
    now = [one for one in held_files(engine, dataset.name) if not one.is_replaced]
    before = [one for one in held if not one.is_replaced]
    return Replayed(
        dataset=dataset.name,
        rows_loaded=_loaded(engine, dataset) - loaded,
        rows_held=sum(one.rows for one in now),
        rows_held_before=sum(one.rows for one in before),
        files_held=sum(one.is_whole for one in now),
        files_held_before=sum(one.is_whole for one in before),
        notes=tuple(notes),
        error=error,
    )


def _wanted(held: Iterable[Held], files: Collection[str]) -> list[Held]:
    """What is tried again: files that are named, or else all but deliveries that a newer one has replaced."""
    return [one for one in held if (one.path in files if files else not one.is_replaced)]


def _try_again(lake: Lake, wanted: Sequence[Held]) -> None:
    """Write down that files which were refused are tried again."""
    refused = [one for one in wanted if one.is_whole and any(why.startswith(_REFUSED) for why in one.reasons)]
    for one in refused:
        lake.decide(one.dataset, [Decision(file_id=one.file_id, path=one.path, verdict="again")])


def _replaced(held: Iterable[Held], files: Collection[str]) -> list[str]:
    left = [one.path for one in held if one.is_replaced and one.path not in files]
    return [f"{path} was delivered again and is loaded: of the older delivery nothing is left to do" for path in left]


def _noted(attempts: Iterable[Attempt]) -> list[str]:
    return [f"{one.path} {_SAID[one.outcome]}" for one in attempts if one.outcome in _SAID]


def _loaded(engine: Engine, dataset: Dataset) -> int:
    with engine.reading() as session:
        return int(session.ask("quarantine/loaded", values={"dataset": dataset.name})[0][0])

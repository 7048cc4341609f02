"""A declaration or a decision that has changed: what was loaded is read again, as a new warehouse reads the lake.

All of it happens in one transaction, and loses no row: one that was loaded and no longer fits refuses the change.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow.parquet as pq

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError, LakeError
from etl_assets.lake.decisions import Decision
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.misfits import in_words
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.views import remade
from etl_assets.words import counted

_KEPT = ("loads", "files", "quarantine")


def to_read_again(
    session: Session,
    dataset: Dataset,
    lake: Lake,
    manifests: Sequence[Manifest],
    *,
    decisions: Mapping[int, Decision],
    anew: bool,
) -> list[Manifest]:
    """The loads that have to be read again; none when they do not.

    They do when the declaration reads them otherwise, when something else is decided about a file that is aside, and
    when the lake has read a file once more.

    Args:
        session: The load's transaction.
        dataset: As it is declared now.
        lake: Where the loads are.
        manifests: All that the lake has.
        decisions: What is decided about files.
        anew: Whether they are read again in any case.

    Raises:
        LakeError: When the lake no longer has one of them.
    """
    text = ledger.declaration(session, dataset.name)
    kept = Observations.from_json(text) if text else None
    if kept is None:
        return []
    tried = tried_again(session, dataset, manifests)
    is_decided = anew or bool(tried) or _is_decided_otherwise(session, dataset, decisions)
    wanted = Observations.of(dataset).keeping(kept, ())
    if not is_decided and kept.reads_as(wanted):
        return []
    loaded = ledger.loaded_ids(session, dataset.name)
    found = [manifest for manifest in manifests if manifest.load_id in loaded or manifest in tried]
    if missing := loaded - {manifest.load_id for manifest in found}:
        message = f"{dataset.name} has to be read again, and the lake no longer has the loads {sorted(missing)}."
        raise LakeError(message, mend="Put the lake back from a copy, or declare the dataset as it was.")
    if is_decided:
        return found
    changed = kept.reads_as(wanted, but_for_added=True)
    return [] if changed and not _has_added(dataset, kept, lake, found) else found


def tried_again(session: Session, dataset: Dataset, manifests: Sequence[Manifest]) -> list[Manifest]:
    """The loads, not loaded yet, in which the lake has read files once more that the warehouse knows."""
    attempts = [manifest for manifest in manifests if manifest.attempt]
    if not attempts:
        return []
    loaded, known = ledger.loaded_ids(session, dataset.name), ledger.known_files(session, dataset.name)
    new = (manifest for manifest in attempts if manifest.load_id not in loaded)
    return [manifest for manifest in new if any(entry.file_id in known for entry in manifest.files)]


def _is_decided_otherwise(session: Session, dataset: Dataset, decisions: Mapping[int, Decision]) -> bool:
    """Whether the lake says something else of a file than the reason for which it is aside here."""
    told = given_up(session, dataset) if decisions else {}
    standing = ((decisions[file_id], why) for file_id, why in told.items() if file_id in decisions)
    return any((one.verdict, one.why) != ("aside", why) for one, why in standing)


def _has_added(dataset: Dataset, kept: Observations, lake: Lake, manifests: Sequence[Manifest]) -> bool:
    """Whether the lake has a column that is declared only now."""
    names = {name for one in dataset.columns if one.name not in kept.columns for name in (one.name, one.title)}
    parts = (part for manifest in manifests for part in lake.parts(manifest))
    return any(names & set(pq.read_schema(part).names) for part in parts)


def given_up(session: Session, dataset: Dataset) -> dict[int, str]:
    """The files that earlier loads refused and went on without, and why."""
    return dict(session.ask("ledger/put_aside", values={"dataset": dataset.name}))


def loaded_files(session: Session, dataset: Dataset) -> set[int]:
    """The files that are loaded, so that no limit refuses them any more."""
    return {row[0] for row in session.ask("reread/loaded_files", values={"dataset": dataset.name})}


@contextmanager
def made_anew(session: Session, dataset: Dataset, *, tried: Collection[int] = ()) -> Generator[None]:
    """Empty what is kept of a dataset, to be loaded again within; times and numbers of its loads stay what they were.

    Args:
        session: The load's transaction.
        dataset: What is loaded.
        tried: Files that the lake has read once more, so that their rows may be others.

    Raises:
        DeclarationError: When a row or a file that was loaded no longer is.
    """
    values = {"dataset": dataset.name}
    text = ledger.declaration(session, dataset.name)
    session.do("reread/ask_whole", values=values)
    for table in _KEPT:
        session.do(f"reread/keep_{table}", values=values)
        session.do(f"reread/forget_{table}", values=values)
    for file_id in tried:
        session.do("reread/keep_tried", values={"file_id": file_id})
    with remade(session, dataset.table):
        for store in Observations.from_json(text).stores.values() if text else ():
            session.run(f"drop table if exists {store.qualified}")
        ledger.count_dataset(session, dataset.name, 0)
        yield
    refuse_lost(session, dataset)
    session.do("reread/number_new_loads", values=values)
    for table in _KEPT:
        session.do(f"reread/put_back_{table}", values=values)


def refuse_lost(session: Session, dataset: Dataset) -> None:
    """Make sure that nothing went to the quarantine that was loaded before, as ``kept_files`` tells.

    Raises:
        DeclarationError: When something did.
    """
    lost: Collection[tuple[Any, ...]] = session.ask("reread/lost_rows", values={"dataset": dataset.name})
    if not lost:
        return
    count = next(iter(lost))[-1]
    shown = "; ".join(f"{path}, {_in_words(*found)}" for path, *found, _ in lost)
    what = f"{counted(count, 'loaded row')} or file{'' if count == 1 else 's'}"
    message = f"{dataset.name} is declared otherwise, and {what} no longer fit{'s' if count == 1 else ''}: {shown}."
    raise DeclarationError(message, mend="Declare it so that they fit, or load into a new warehouse.")


def _in_words(line: int | None, column: str | None, value: str | None, reason: str) -> str:
    bad = {"line": line, "column_name": column, "value": value, "reason": reason}
    return in_words(bad) if line else reason

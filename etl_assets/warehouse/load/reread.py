"""A declaration that has changed: what was loaded is read again from the lake, as a new warehouse would read it.

All of it happens in one transaction, and loses no row: one that was loaded and no longer fits refuses the change.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError, LakeError
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.misfits import in_words
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.views import remade
from etl_assets.words import counted

_KEPT = ("loads", "files", "quarantine")


def to_read_again(session: Session, dataset: Dataset, lake: Lake, manifests: Sequence[Manifest]) -> list[Manifest]:
    """The loads that have to be read again, since the declaration reads them otherwise; none when it does not.

    Raises:
        LakeError: When the lake no longer has one of them.
    """
    text = ledger.declaration(session, dataset.name)
    kept = Observations.from_json(text) if text else None
    if kept is None or kept.reads_as(wanted := Observations.of(dataset).keeping(kept, ())):
        return []
    loaded = ledger.loaded_ids(session, dataset.name)
    found = [manifest for manifest in manifests if manifest.load_id in loaded]
    if missing := loaded - {manifest.load_id for manifest in found}:
        message = f"{dataset.name} is declared otherwise, and the lake no longer has the loads {sorted(missing)}."
        raise LakeError(message, mend="Put the lake back from a copy, or declare the dataset as it was.")
    changed = kept.reads_as(wanted, but_for_added=True)
    return [] if changed and not _has_added(dataset, kept, lake, found) else found


def _has_added(dataset: Dataset, kept: Observations, lake: Lake, manifests: Sequence[Manifest]) -> bool:
    """Whether the lake has a column that is declared only now."""
    names = {name for one in dataset.columns if one.name not in kept.columns for name in (one.name, one.title)}
    parts = (part for manifest in manifests for part in lake.parts(manifest))
    return any(names & set(pq.read_schema(part).names) for part in parts)


def lenient(dataset: Dataset) -> Dataset:
    """The dataset without a limit to bad rows: a row that was loaded is never among them."""
    return replace(dataset, max_bad_share=1.0)


def given_up(session: Session, dataset: Dataset) -> dict[int, str]:
    """The files that earlier loads refused and went on without, and why."""
    return dict(session.ask("ledger/put_aside", values={"dataset": dataset.name}))


@contextmanager
def made_anew(session: Session, dataset: Dataset) -> Generator[None]:
    """Empty what is kept of a dataset, to be loaded again within; times and numbers of its loads stay what they were.

    Raises:
        DeclarationError: When a row or a file that was loaded no longer is.
    """
    values = {"dataset": dataset.name}
    text = ledger.declaration(session, dataset.name)
    for table in _KEPT:
        session.do(f"reread/keep_{table}", values=values)
        session.do(f"reread/forget_{table}", values=values)
    with remade(session, dataset.table):
        for store in Observations.from_json(text).stores.values() if text else ():
            session.run(f"drop table if exists {store.qualified}")
        ledger.count_dataset(session, dataset.name, 0)
        yield
    _refuse_lost(dataset, session.ask("reread/lost_rows", values=values))
    for table in _KEPT:
        session.do(f"reread/put_back_{table}", values=values)


def _refuse_lost(dataset: Dataset, lost: Collection[tuple[Any, ...]]) -> None:
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

"""Days of a table again from the lake: what was extracted on them is forgotten and loaded anew, in one transaction.

A load brings what its dataset's ledger does not list. So the days' batches are taken out of the ledger, and their rows
out of the stores, in the very transaction that loads them again; numbers and times of the loads stay what they were.
"""

from collections.abc import Collection, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from etl_assets.arrow import batch_of
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError, LakeError
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.reread import refuse_lost
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings
from etl_assets.warehouse.tables import create_table

_KEPT = ("loads", "files", "quarantine")
_LOAD = pa.schema([("load_id", pa.string())])


@dataclass(frozen=True, kw_only=True)
class Days:
    """Some days, one after the other.

    Args:
        first: The first of them, by the source's clock, in UTC.
        last: The last of them.
    """

    first: date
    last: date

    def has(self, manifest: Manifest) -> bool:
        """Whether a batch was extracted on one of them."""
        taken = manifest.extract
        return taken is not None and self.first <= taken.taken_at.date() <= self.last


def batches_of(dataset: Dataset, lake: Lake, days: Days) -> set[str]:
    """The loads that were extracted of a table on some days."""
    return {manifest.load_id for manifest in lake.manifests(dataset.name) if days.has(manifest)}


def backfill(engine: Engine, dataset: Dataset, lake: Lake, days: Days) -> LoadReport:
    """Bring what was extracted on some days into a staging table again, as a rebuild would bring it.

    What waits in the lake is loaded first. Batches that share a row with these come again with them. Tables that are
    made of this one ask all of it when they are built next, and write what differs.

    Args:
        engine: The warehouse.
        dataset: What is loaded.
        lake: Where the batches are.
        days: Which of them.

    Raises:
        DeclarationError: When the dataset is loaded from files.
        LakeError: When the lake no longer has one of them; the staging table stands as it was.
        LoadRefused: As by any load.
    """
    if not dataset.extracted:
        message = f"{dataset.name} is loaded from files, not from extracts."
        raise DeclarationError(message, mend="`etl-assets rebuild` brings its files again.")
    report = load_dataset(engine, dataset, lake)
    if wanted := batches_of(dataset, lake, days):
        return load_dataset(_Forgetful(engine, dataset, wanted), dataset, lake)
    return report


class _Forgetful(Engine):
    """An engine that forgets loads of a dataset in the transaction in which they are loaded again."""

    def __init__(self, engine: Engine, dataset: Dataset, load_ids: Collection[str]) -> None:
        super().__init__(engine.url)
        self._engine = engine
        self._dataset = dataset
        self._load_ids = load_ids

    def reading(self) -> AbstractContextManager[Session]:
        return self._engine.reading()

    @contextmanager
    def writing(self, *, asset: str = "") -> Generator[Session]:
        with self._engine.writing(asset=asset) as session:
            session.lock([self._dataset.name])
            if not ledger.loaded_ids(session, self._dataset.name).isdisjoint(self._load_ids):
                with _loaded_again(session, self._dataset, self._load_ids):
                    yield session
            else:
                yield session

    def _writing(self) -> AbstractContextManager[Session]:
        return self._engine.writing()


@contextmanager
def _loaded_again(session: Session, dataset: Dataset, load_ids: Collection[str]) -> Generator[None]:
    """Forget loads, to be loaded again within."""
    values = {"dataset": dataset.name}
    declared = Observations.from_json(ledger.declaration(session, dataset.name) or "")
    stores = [Bindings(tables={"target": store.qualified}) for store in declared.stores.values()]
    session.do("reread/ask_whole", values=values)
    for table in _KEPT:
        session.do(f"reread/keep_{table}", values=values)
    _forget(session, dataset, stores, load_ids)
    yield
    refuse_lost(session, dataset)
    if missing := session.ask("backfill/missing", values=values):
        message = f"{dataset.name} has loads that the lake no longer has: {', '.join(row[0] for row in missing)}."
        raise LakeError(message, mend="Put the lake back from a copy.")
    session.do("reread/number_new_loads", values=values)
    for table in _KEPT:
        session.do(f"reread/put_back_{table}", values=values)
    for store in stores:
        session.do("backfill/number_rows", store, {"load_number": ledger.dataset_version(session, dataset.name)})


def _forget(session: Session, dataset: Dataset, stores: Collection[Bindings], load_ids: Collection[str]) -> None:
    values = {"dataset": dataset.name}
    create_table(session, "again_loads", {"load_id": "text"}, temporary=True)
    rows = batch_of([{"load_id": load_id} for load_id in sorted(load_ids)], _LOAD)
    session.load("again_loads", pa.RecordBatchReader.from_batches(_LOAD, [rows]))
    session.do("backfill/files", values=values)
    while sum(session.do("backfill/shared", store) for store in stores) > 0:
        pass
    for store in stores:
        session.do("backfill/forget_rows", store)
    for table in ("quarantine", "loads", "files"):
        session.do(f"backfill/forget_{table}", values=values)
    view = Bindings(tables={"target": dataset.table.qualified})
    ledger.count_dataset(session, dataset.name, session.ask("backfill/count_rows", view)[0][0])

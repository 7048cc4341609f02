"""One transaction that brings what is new in the lake into a staging table: rows, counts and ledger together."""

from collections.abc import Sequence
from time import perf_counter

from etl_assets.datasets import Dataset
from etl_assets.failpoints import reach
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.load.cast import Caster
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.rows import merge_rows
from etl_assets.warehouse.load.snapshots import merge_snapshots
from etl_assets.warehouse.load.stores import ensure_stores, settle_stores
from etl_assets.warehouse.load.unfit import quarantine_unfit
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.tables import create_table

_ORIGIN = {"_file_id": "bigint", "_row": "bigint", "_line": "bigint"}


def load_dataset(engine: Engine, dataset: Dataset, lake: Lake, *, allow_closing: bool = False) -> LoadReport:
    """Load every committed manifest that the warehouse's ledger does not list yet.

    Args:
        engine: The warehouse.
        dataset: What is loaded.
        lake: Where its files are.
        allow_closing: Let a snapshot close more keys than the dataset's ``max_closed_share``.

    Raises:
        LoadRefused: When too many rows do not fit, a snapshot would close too many keys, or the counts do not add up;
            the staging table stands as it was.
    """
    started = perf_counter()
    manifests = lake.manifests(dataset.name)
    with engine.writing() as session:
        session.lock([dataset.name])
        new = _new(session, dataset, manifests)
        observations = ensure_stores(session, dataset, [entry for manifest in new for entry in manifest.files])
        if not new:
            return _unchanged(session, dataset, started)
        report = _load(session, dataset, observations, lake, new, started=started, allow_closing=allow_closing)
        reach("load.before_commit")
    reach("load.after_commit")
    return report


def _new(session: Session, dataset: Dataset, manifests: Sequence[Manifest]) -> list[Manifest]:
    loaded = ledger.loaded_ids(session, dataset.name)
    return [manifest for manifest in manifests if manifest.load_id not in loaded]


def _load(
    session: Session,
    dataset: Dataset,
    observations: Observations,
    lake: Lake,
    manifests: Sequence[Manifest],
    *,
    started: float,
    allow_closing: bool,
) -> LoadReport:
    number = ledger.dataset_version(session, dataset.name) + 1
    files = FileLedger(session, dataset, number)
    types = {column.name: column.type for column in dataset.columns}
    create_table(session, "staged", {**types, **_ORIGIN}, temporary=True)
    for manifest in manifests:
        _stage(session, dataset, lake, manifest, files)
    session.analyze("staged")
    reach("load.after_stage")
    files.order()
    quarantine_unfit(session, observations, files)
    merge_rows(session, observations, files)
    merge_snapshots(session, dataset, observations, files, allow_closing=allow_closing)
    reach("load.after_merge")
    settle_stores(session, observations, loaded=files.rows_loaded, new_keys=files.new_keys)
    files.settle(seconds=perf_counter() - started)
    return _report(session, dataset, number, files, started)


def _stage(session: Session, dataset: Dataset, lake: Lake, manifest: Manifest, files: FileLedger) -> None:
    fresh = files.enter(manifest)
    if readable := [entry for entry in fresh if entry.status == "read"]:
        known = frozenset(entry.file_id for entry in manifest.files) - {entry.file_id for entry in readable}
        caster = Caster(dataset, manifest, lake.parts(manifest), skip=known)
        with caster.own_errors():
            session.load("staged", caster.good())
            files.refuse_too_bad(caster.counts(), caster.examples)
            if any(count.bad for count in caster.counts().values()):
                files.quarantine(caster.bad())
    files.quarantine_whole([entry for entry in fresh if entry.status != "read"])


def _report(session: Session, dataset: Dataset, number: int, files: FileLedger, started: float) -> LoadReport:
    return LoadReport(
        dataset=dataset.name,
        load_number=number,
        files=files.reports(),
        rows=ledger.rows_now(session, dataset.name),
        seconds=perf_counter() - started,
        columns=session.columns(dataset.table.schema, dataset.table.table),
    )


def _unchanged(session: Session, dataset: Dataset, started: float) -> LoadReport:
    return _report(session, dataset, 0, FileLedger(session, dataset, 0), started)

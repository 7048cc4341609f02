"""One transaction that brings what is new in the lake into a staging table: rows, counts and ledger together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Self

from etl_assets.datasets import Dataset
from etl_assets.errors import FileRefused
from etl_assets.failpoints import reach
from etl_assets.lake.decisions import Decision
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.load.aside import accepted, accepted_by, asides, decided_aside
from etl_assets.warehouse.load.cast import Caster
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.reread import given_up, loaded_files, made_anew, to_read_again, tried_again
from etl_assets.warehouse.load.rows import merge_rows
from etl_assets.warehouse.load.snapshots import merge_snapshots
from etl_assets.warehouse.load.stores import ensure_stores, settle_stores
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings
from etl_assets.warehouse.tables import create_table

_FILE = {"_file_id": "bigint"}
_ORIGIN = {"_file_id": "bigint", "_row": "bigint", "_line": "bigint"}


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What is loaded, from where, and what has been decided about it."""

    dataset: Dataset
    lake: Lake
    allow_closing: bool
    started: float
    decisions: dict[int, Decision] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)
    accepted: set[int] = field(default_factory=set)

    def decided(self) -> Self:
        """With what the lake says now."""
        found = self.lake.decisions(self.dataset.name)
        return replace(self, decisions=found, aside=asides(found), accepted=accepted(found))


def load_dataset(
    engine: Engine,
    dataset: Dataset,
    lake: Lake,
    *,
    allow_closing: bool = False,
    put_aside: Collection[str] = (),
    anew: bool = False,
) -> LoadReport:
    """Load every committed manifest that the warehouse's ledger does not list yet.

    A file that is refused goes to the quarantine whole, and the load begins anew without it, when the lake has a newer
    delivery of its path or a person gave it up. The lake keeps what was decided.

    Args:
        engine: The warehouse.
        dataset: What is loaded.
        lake: Where its files are.
        allow_closing: Let a snapshot close more keys than the dataset's ``max_closed_share``.
        put_aside: The paths of which refused deliveries are given up.
        anew: Whether what is loaded is read again in any case.

    Raises:
        LoadRefused: When too many rows do not fit, a snapshot would close too many keys, or the counts do not add up;
            the staging table stands as it was.
    """
    task = _Task(dataset=dataset, lake=lake, allow_closing=allow_closing, started=perf_counter())
    while True:
        try:
            if report := _transaction(engine, task, anew=anew):
                return report
            anew = False
        except FileRefused as refused:
            manifests, decisions = lake.manifests(dataset.name), lake.decisions(dataset.name)
            if not (decision := decided_aside(refused, manifests, put_aside, decisions)):
                raise
            lake.decide(dataset.name, [decision])


def _transaction(engine: Engine, task: _Task, *, anew: bool) -> LoadReport | None:
    """Load what is new; None when what was loaded had to be read again first."""
    with engine.writing(asset=task.dataset.name) as session:
        session.lock([task.dataset.name])
        task, manifests = task.decided(), task.lake.manifests(task.dataset.name)
        if again := to_read_again(session, task.dataset, task.lake, manifests, decisions=task.decisions, anew=anew):
            _read_again(session, task, again)
            reach("load.before_commit")
            return None
        loaded = ledger.loaded_ids(session, task.dataset.name)
        new = [manifest for manifest in manifests if manifest.load_id not in loaded]
        observations = ensure_stores(session, task.dataset, [entry for manifest in new for entry in manifest.files])
        if not new:
            return _report(session, task, FileLedger(session, task.dataset, 0), ended={})
        report = _load(session, task, observations, new)
        reach("load.before_commit")
    reach("load.after_commit")
    return report


def _read_again(session: Session, task: _Task, manifests: Sequence[Manifest]) -> None:
    """Load what was loaded once more; limits refuse only files that were not loaded, or were read once more since."""
    dataset = task.dataset
    fresh = tried_again(session, dataset, manifests)
    tried = {entry.file_id for manifest in fresh for entry in manifest.files}
    told = {file_id: why for file_id, why in given_up(session, dataset).items() if file_id not in task.decisions}
    known = loaded_files(session, dataset) - tried
    aside = {file_id: why for file_id, why in (told | task.aside).items() if file_id not in known}
    with made_anew(session, dataset, tried=tried):
        again = replace(task, aside=aside, accepted=task.accepted | known)
        entries = [entry for manifest in manifests for entry in manifest.files]
        _load(session, again, ensure_stores(session, dataset, entries, anew=True), manifests)


def _load(session: Session, task: _Task, observations: Observations, manifests: Sequence[Manifest]) -> LoadReport:
    dataset = task.dataset
    number = ledger.dataset_version(session, dataset.name) + 1
    files = FileLedger(session, dataset, number, aside=task.aside, accepted=task.accepted)
    types = {column.name: column.type for column in dataset.columns}
    create_table(session, "staged", {**types, **_ORIGIN}, temporary=True)
    create_table(session, "unread", {**{name: types[name] for name in dataset.key}, **_FILE}, temporary=True)
    for manifest in manifests:
        _stage(session, task, manifest, files)
    session.analyze("staged", [*dataset.key, *_FILE])
    reach("load.after_stage")
    files.note_unread(session.ask("load/unread_without_key", Bindings(columns={"key": dataset.key})))
    files.order()
    merge_rows(session, observations, files)
    ended = merge_snapshots(session, dataset, observations, files, allow_closing=task.allow_closing)
    reach("load.after_merge")
    settle_stores(session, observations, written=files.written, more=files.more)
    files.settle(seconds=perf_counter() - task.started)
    task.lake.decide(dataset.name, accepted_by(dataset, files))
    return _report(session, task, files, ended=ended)


def _stage(session: Session, task: _Task, manifest: Manifest, files: FileLedger) -> None:
    fresh = files.enter(manifest)
    if readable := [entry for entry in fresh if entry.status == "read"]:
        known = frozenset(entry.file_id for entry in manifest.files) - {entry.file_id for entry in readable}
        caster = Caster(task.dataset, manifest, task.lake.parts(manifest), skip=known)
        with caster.own_errors():
            session.load("staged", caster.good())
            files.refuse_too_bad(caster.counts(), caster.examples)
            if any(count.bad for count in caster.counts().values()):
                files.quarantine(caster.bad())
                session.load("unread", caster.unread_keys(task.dataset.key))
    files.quarantine_whole([entry for entry in fresh if entry.status != "read"])


def _report(session: Session, task: _Task, files: FileLedger, *, ended: Mapping[str, int]) -> LoadReport:
    dataset = task.dataset
    return LoadReport(
        dataset=dataset.name,
        load_number=files.number,
        files=files.reports(),
        rows=ledger.rows_now(session, dataset.name),
        ended=ended,
        seconds=perf_counter() - task.started,
        columns=session.columns(dataset.table.schema, dataset.table.table),
    )

"""Merging snapshots: each is put into its place among the others, and only the runs that it contradicts are written."""

from dataclasses import dataclass

from etl_assets.datasets import Dataset
from etl_assets.errors import LoadRefused
from etl_assets.lake.manifest import FileEntry
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings

_FEW_KEYS = 10
"""So many keys a snapshot may always close, whatever share they are (docs/history.md: mass-close guard)."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A snapshot between its neighbours; None where there is none."""

    file_id: int
    place: int
    previous: tuple[int, int] | None
    next: tuple[int, int] | None


def merge_snapshots(session: Session, dataset: Dataset, files: FileLedger, *, allow_closing: bool) -> None:
    """Merge the staged rows of the files that mean ``snapshot``, one file after the other.

    Raises:
        LoadRefused: When a snapshot would close too many keys.
    """
    arriving = {
        entry.file_id: entry for entry in files.entries if entry.meaning == "snapshot" and entry.status == "read"
    }
    if not arriving:
        return
    bindings = _bindings(dataset)
    ordered = [(file_id, place) for file_id, place in session.ask("load/snapshot_places")]
    for file_id, _ in ordered:
        if file_id in arriving:
            merged = [(other, place) for other, place in ordered if other not in arriving or other == file_id]
            _merge(
                session,
                dataset,
                files,
                bindings,
                _placed(merged, file_id),
                arriving.pop(file_id),
                allow_closing=allow_closing,
            )


def _placed(merged: list[tuple[int, int]], file_id: int) -> _Place:
    index = next(index for index, (other, _) in enumerate(merged) if other == file_id)
    following = merged[index + 1] if index + 1 < len(merged) else None
    return _Place(
        file_id=file_id, place=merged[index][1], previous=merged[index - 1] if index else None, next=following
    )


def _merge(
    session: Session,
    dataset: Dataset,
    files: FileLedger,
    bindings: Bindings,
    at: _Place,
    entry: FileEntry,
    *,
    allow_closing: bool,
) -> None:
    values = _values(at, files.number)
    for table in ("seen", "runs_before", "runs_after"):
        session.run(f"drop table if exists {table}")
    session.do("load/seen", bindings, values)
    session.analyze("seen")
    _quarantine_repeated(session, files, bindings, entry)
    for table in ("runs_before", "runs_after"):
        session.do(f"load/{table}", bindings, values)
        session.analyze(table)
    if dataset.missing == "close" and not allow_closing:
        _refuse_mass_closing(session, dataset, entry)
    for change in ("split_runs", "end_runs", "extend_runs", "drop_merged_runs", "begin_runs_earlier", "insert_runs"):
        session.do(f"load/{change}", bindings, values)
    if dataset.means("changes"):
        session.do("load/touch_events", _event_bindings(dataset), values)
    files.loaded([(entry.file_id, session.value("select count(*) from seen"))])


def _values(at: _Place, load_number: int) -> dict[str, object]:
    previous_id, previous_place = at.previous or (None, None)
    next_id, next_place = at.next or (None, None)
    return {
        "file_id": at.file_id,
        "place": at.place,
        "previous_file_id": previous_id,
        "previous_place": previous_place,
        "next_file_id": next_id,
        "next_place": next_place,
        "load_number": load_number,
    }


def _quarantine_repeated(session: Session, files: FileLedger, bindings: Bindings, entry: FileEntry) -> None:
    rows = session.do(
        "load/quarantine_repeated",
        bindings,
        {"file_id": entry.file_id, "dataset": files.dataset.name, "path": entry.path, "load_number": files.number},
    )
    files.also_bad(entry.file_id, max(rows, 0))


def _refuse_mass_closing(session: Session, dataset: Dataset, entry: FileEntry) -> None:
    held, closed = session.ask("load/closing")[0]
    if closed and closed > max(_FEW_KEYS, dataset.max_closed_share * held):
        message = (
            f"{entry.path} is a snapshot without {closed} of the {held} keys that held before it, and would close them."
        )
        share = f"{dataset.max_closed_share:g}"
        mend = f"If that is right, let it pass with allow_closing, or raise max_closed_share (now {share})."
        raise LoadRefused(message, mend=mend)


def _bindings(dataset: Dataset) -> Bindings:
    names = tuple(column.name for column in dataset.columns)
    return Bindings(
        columns={
            "column": names,
            "key": dataset.key,
            "detail": tuple(name for name in names if name not in dataset.key),
        },
        tables={"target": Observations.of(dataset).stores["observed_snapshots"].qualified},
    )


def _event_bindings(dataset: Dataset) -> Bindings:
    observations = Observations.of(dataset)
    return Bindings(
        tables={"target": observations.stores["observed_events"].qualified}, expressions=observations.expressions
    )

"""Merging snapshots: each is put into its place among the others, and only the runs that it contradicts are written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from etl_assets.datasets import Dataset
from etl_assets.errors import FileRefused
from etl_assets.lake.manifest import FileEntry
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.engines.base import Row
from etl_assets.warehouse.load.balance import refuse_difference
from etl_assets.warehouse.load.files import FileLedger, give_up
from etl_assets.warehouse.observations import UNREAD, Observations
from etl_assets.warehouse.statement import Bindings, moment

_FEW_KEYS = 10
"""So many keys a snapshot may always close, whatever share they are (docs/history.md)."""
_CHANGES = (
    "split_runs",
    "end_runs",
    "extend_runs",
    "drop_merged_runs",
    "begin_runs_earlier",
    "insert_runs",
)
"""The statements that put a snapshot into the runs, in order, as ``run_counts`` counts them; those of a kind touch no
row of another."""
_MORE: Final[Mapping[str, int]] = {"split_runs": 1, "drop_merged_runs": -1, "insert_runs": 1}
"""How many runs more there are for each row that a statement writes."""

_Snapshot = tuple[int, int, bool]
"""A file, its place, and whether it is whole."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A snapshot between its neighbours, and the last whole one before it; None where there is none."""

    file_id: int
    place: int
    previous: tuple[int, int] | None
    next: tuple[int, int] | None
    whole: tuple[int, int] | None


def merge_snapshots(
    session: Session, dataset: Dataset, observations: Observations, files: FileLedger, *, allow_closing: bool
) -> dict[str, int]:
    """Merge the staged rows of the files that mean ``snapshot``, one file after the other.

    Returns:
        How many keys each of them ended that ended any, by path.

    Raises:
        FileRefused: When a snapshot would close too many keys.
    """
    arriving = {
        entry.file_id: entry for entry in files.entries if entry.meaning == "snapshot" and entry.status == "read"
    }
    if not arriving:
        return {}
    is_alone = len(arriving) == 1
    merge = _Merge(session, dataset, observations, files, allow_closing=allow_closing, is_alone=is_alone)
    ordered: list[_Snapshot] = [tuple(row) for row in session.ask("load/snapshot_places")]
    for file_id, _, _ in ordered:
        if file_id in arriving:
            merged = [one for one in ordered if one[0] not in arriving or one[0] == file_id]
            merge.put(arriving.pop(file_id), _placed(merged, file_id))
    return merge.ended


def _placed(merged: list[_Snapshot], file_id: int) -> _Place:
    index = next(index for index, (other, _, _) in enumerate(merged) if other == file_id)
    before, after = merged[:index], merged[index + 1 :]
    return _Place(
        file_id=file_id,
        place=merged[index][1],
        previous=before[-1][:2] if before else None,
        next=after[0][:2] if after else None,
        whole=next((one[:2] for one in reversed(before) if one[2]), None),
    )


class _Merge:
    """The snapshots of one load on their way into the runs."""

    def __init__(
        self,
        session: Session,
        dataset: Dataset,
        observations: Observations,
        files: FileLedger,
        *,
        allow_closing: bool,
        is_alone: bool,
    ) -> None:
        self._session = session
        self._dataset = dataset
        self._files = files
        self._observations = observations
        self._bindings = _bindings(observations)
        self._closes = observations.missing == "close"
        self._is_guarded = not allow_closing
        self.ended: dict[str, int] = {}
        self._is_alone = is_alone

    def put(self, entry: FileEntry, at: _Place) -> None:
        """Merge one snapshot."""
        values = _values(at, self._files.number)
        for table in ("repeated", "seen", "there", "differing", "runs_after", "contradicted"):
            self._session.run(f"drop table if exists {table}")
        self._touch_known(entry, values)
        self._see(entry, values)
        self._stage("differing", values)
        self._stage("runs_after", values)
        if self._closes and not entry.reason:
            self._end(entry, at, values)
        (counts,) = self._session.ask("load/run_counts", self._bindings, values)
        changes: dict[str, int] = dict(zip(_CHANGES, map(int, counts), strict=True))
        for change, counted in changes.items():
            written = self._session.do(f"load/{change}", self._bindings, values)
            refuse_difference(self._dataset.name, change, counted=counted, written=written)
        self._touch(values)
        self._files.wrote(changes.values(), more=sum(sign * changes[change] for change, sign in _MORE.items()))
        self._session.do("load/insert_unread", self._bindings, values)
        self._files.loaded([(entry.file_id, self._session.value("select count(*) from seen"))])

    def _see(self, entry: FileEntry, values: dict[str, object]) -> None:
        """Put the snapshot's rows into ``seen``, one for each key; that of a plain one is a view of what is staged."""
        repeated = self._session.do("load/repeated", self._bindings, values)
        if self._is_alone and not repeated:
            here = {"file": exp.Literal.number(entry.file_id)}
            self._session.do("load/seen_alone", replace(self._bindings, expressions=here))
            return
        self._stage("seen", values)
        if repeated:
            self._quarantine_repeated(entry)

    def _stage(self, table: str, values: dict[str, object], bindings: Bindings | None = None) -> None:
        if self._session.do(f"load/{table}", bindings or self._bindings, values) and table != "contradicted":
            self._session.analyze(table, self._observations.key)

    def _touch(self, values: dict[str, object]) -> None:
        """Have the keys asked again of which this snapshot writes no run, and yet says something new.

        Comes behind what writes runs: a row that is touched is found by another physical row on PostgreSQL.
        """
        if self._closes:
            self._session.do("load/touch_ended_runs", self._bindings, values)
            self._session.do("load/touch_unread", self._bindings, values)
        if self._observations.means("changes"):
            bindings = _event_bindings(self._observations)
            self._stage("contradicted", values, bindings)
            self._session.do("load/touch", bindings, values)

    def _touch_known(self, entry: FileEntry, values: dict[str, object]) -> None:
        """Have the keys asked again of which this snapshot may be the first that knows a column."""
        for since in self._observations.first_known:
            if entry.order_at >= since:
                bindings = replace(self._bindings, expressions={"since": moment(since)})
                self._session.do("load/touch_known", bindings, values)

    def _quarantine_repeated(self, entry: FileEntry) -> None:
        values = {
            "file_id": entry.file_id,
            "dataset": self._dataset.name,
            "path": entry.path,
            "load_number": self._files.number,
        }
        rows = self._session.do("load/quarantine_repeated", self._bindings, values)
        self._files.also_bad(entry.file_id, max(rows, 0))

    def _end(self, entry: FileEntry, at: _Place, values: dict[str, object]) -> None:
        """Count the keys that a whole snapshot ends; too many are refused."""
        held, closed, first = self._closing(at, values)
        if closed:
            self.ended[entry.path] = self.ended.get(entry.path, 0) + int(closed)
        limit = self._dataset.max_closed_share
        is_guarded = self._is_guarded and entry.file_id not in self._files.accepted
        if is_guarded and closed and closed > max(_FEW_KEYS, limit * held):
            missing = f"{closed} of the {held} keys that are there before it"
            message = f"{entry.path} is a snapshot without {missing}, {first} the first of them."
            allow = "let it close them with --allow-closing (in Dagster: allow_closing)"
            limits = f"or raise max_closed_share (now {limit:g})"
            mend = f"If they are gone, {allow}, {limits}; if not, {give_up(entry.path)}."
            raise FileRefused(message, file_id=entry.file_id, why=f"it is without {missing}", mend=mend)

    def _closing(self, at: _Place, values: dict[str, object]) -> Row:
        """How many keys are there before the snapshot, how many of them it lacks, and the first of those."""
        if self._is_plain(at):
            return self._session.ask("load/closing", self._bindings)[0]
        self._stage("there", values)
        bindings = Bindings(columns=self._bindings.columns, tables={"observations": self._dataset.table.qualified})
        return self._session.ask("load/closing_observed", bindings, values)[0]

    def _is_plain(self, at: _Place) -> bool:
        """Whether the runs of the snapshot before say which keys are there."""
        is_told = self._observations.means("changes") or at.previous != at.whole
        return not is_told and not self._session.ask("load/any_unread", self._bindings)


def _values(at: _Place, load_number: int) -> dict[str, object]:
    previous_id, previous_place = at.previous or (None, None)
    next_id, next_place = at.next or (None, None)
    whole_id, whole_place = at.whole or (None, None)
    return {
        "file_id": at.file_id,
        "place": at.place,
        "previous_file_id": previous_id,
        "previous_place": previous_place,
        "next_file_id": next_id,
        "next_place": next_place,
        "whole_file_id": whole_id,
        "whole_place": whole_place,
        "load_number": load_number,
    }


def _bindings(observations: Observations) -> Bindings:
    names = tuple(observations.columns)
    return Bindings(
        columns={
            "column": names,
            "key": observations.key,
            "detail": tuple(name for name in names if name not in observations.key),
        },
        tables={
            "target": observations.stores["observed_snapshots"].qualified,
            UNREAD: observations.stores[UNREAD].qualified,
        },
    )


def _event_bindings(observations: Observations) -> Bindings:
    names = tuple(observations.columns)
    untold = {*observations.key, observations.effective_at, observations.op}
    return Bindings(
        columns={"column": names, "key": observations.key, "told": tuple(name for name in names if name not in untold)},
        tables={"target": observations.stores["observed_events"].qualified},
        expressions={
            **observations.expressions,
            "closes": exp.true() if observations.missing == "close" else exp.false(),
        },
    )

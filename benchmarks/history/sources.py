"""What a tool sees that reads a source's table: a scenario's files in the form that its documentation asks for.

Snapshot tools read a table that holds one row per key as it is now. So

- a snapshot is that table: each file is a run of its own, whose rows are the file's,
- changes are applied to that table before the tool reads it, the newest by its own time standing, a deleted key going:
  each batch is a run. What a tool cannot see in it has been lost to it for good.

A tool that can read a table which has history in itself (SQLMesh with ``batch_size 1``) gets what has been told so far,
each row with its day, wherever that is what comes: changes without deletes, and several snapshots at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks.history.scenario import Batch, File, Key, Scenario, Told

_TICK: Final = timedelta(seconds=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of a tool.

    Args:
        at: What the clock shows.
        rows: What its source holds.
        speaks_of: The time of which a snapshot's file speaks; that of the clock for others.
    """

    at: datetime
    rows: tuple[Row, ...]
    speaks_of: datetime


def request(scenario: Scenario) -> dict[str, Any]:
    """A scenario as a tool's runner gets it, times in ISO format."""
    return {
        "name": scenario.name,
        "key": scenario.key,
        "columns": scenario.columns,
        "tracked": scenario.tracked,
        "closes": closes(scenario),
        "beginning": None if scenario.beginning is None else str(scenario.beginning),
        "holds_history": holds_history(scenario),
        "runs": [_plain(run) for run in runs(scenario)],
        "batches": [_plain(run) for run in batches(scenario)],
    }


def closes(scenario: Scenario) -> bool:
    """Whether a key that the source lacks is gone."""
    files = list(scenario.files)
    return scenario.missing == "close" and (_deletes(files) or any(file.taken for file in files))


def holds_history(scenario: Scenario) -> bool:
    """Whether what comes is itself a history: changes without deletes, or several snapshots at once."""
    files = list(scenario.files)
    are_changes = all(file.taken is None for file in files)
    return (are_changes and not _deletes(files)) or any(len(batch.files) > 1 for batch in scenario.batches)


def runs(scenario: Scenario) -> list[Run]:
    """The runs of a tool that reads the present."""
    present = _Present()
    return [
        Run(
            at=batch.at + place * _TICK,
            rows=tuple(_row(scenario, told) for told in present.after(file)),
            speaks_of=file.taken or batch.at,
        )
        for batch in scenario.batches
        for place, file in enumerate(batch.files)
    ]


def batches(scenario: Scenario) -> list[Run]:
    """The runs of a tool that reads a history: all that has been told so far, of each key and time the last word."""
    so_far: dict[tuple[Key, str], Row] = {}
    found: list[Run] = []
    for batch in scenario.batches:
        so_far |= _days(scenario, batch)
        found.append(Run(at=batch.at, rows=tuple(so_far.values()), speaks_of=batch.at))
    return found


def stamps(scenario: Scenario) -> dict[datetime, set[datetime]]:
    """For each time that is told, the runs that told of it."""
    found: dict[datetime, set[datetime]] = {}
    for batch in scenario.batches:
        for place, file in enumerate(batch.files):
            for time in {file.taken, *(told.since for told in file.rows)} - {None}:
                found.setdefault(time or batch.at, set()).update({batch.at, batch.at + place * _TICK})
    return found


@dataclass
class _Present:
    """The source's table as it is now: by key the last row and the time from which it is known."""

    known: dict[Key, tuple[datetime, Told]] = field(default_factory=dict)

    def after(self, file: File) -> list[Told]:
        """The rows that stand when a file has come."""
        if file.taken is not None:
            self.known = {told.key: (file.taken, told) for told in file.rows}
            return list(file.rows)
        for told in file.rows:
            if told.key not in self.known or self.known[told.key][0] <= told.since:
                self.known[told.key] = told.since, told
        return [told for _, told in self.known.values() if told.values is not None]


def _deletes(files: list[File]) -> bool:
    return any(told.values is None for file in files for told in file.rows)


def _days(scenario: Scenario, batch: Batch) -> Iterator[tuple[tuple[Key, str], Row]]:
    for file in batch.files:
        for told in file.rows:
            if told.values is not None:
                day = str(file.taken or told.since)
                yield (told.key, day), _row(scenario, told) | {"told_for": day}


def _row(scenario: Scenario, told: Told) -> Row:
    names = (*scenario.key, *scenario.columns)
    return dict(zip(names, (*told.key, *(told.values or ())), strict=True)) | {"changed_at": str(told.since)}


def _plain(run: Run) -> dict[str, Any]:
    return {"at": str(run.at), "speaks_of": str(run.speaks_of), "rows": run.rows}

"""What became of each asset of a run, gathered from what Dagster tells while it runs."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import dagster as dg

from etl_assets.cli.markdown import code_of, items_of
from etl_assets.factories.failures import said_of
from etl_assets.factories.metadata import REFUSED
from etl_assets.factories.staging import PUT_ASIDE
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.models.reports import BuildReport

State = Literal["waiting", "running", "done", "failed", "skipped"]
COUNTS: Final = {
    "rows": "dagster/row_count",
    "read": "rows_read",
    "loaded": "rows_loaded",
    "quarantined": "rows_quarantined",
    "duplicate": "rows_duplicate",
    "written": "rows_written",
}
"""The figures of an asset, and where its metadata has them."""


@dataclass(kw_only=True)
class Check:
    """What a check found.

    Args:
        name: The check's name.
        passed: Whether nothing breaks it.
        blocking: Whether it failed the asset.
        found: How many rows or files break it.
        sample: A few of them.
        query: What finds all of them; empty where no query does.
        said: What it says of that in words.
    """

    name: str
    passed: bool
    blocking: bool
    found: int
    sample: list[dict[str, str]]
    query: str
    said: str = ""


@dataclass(kw_only=True)
class Outcome:
    """What became of an asset.

    Args:
        asset: Its key.
        state: How far it came; skipped when something before it failed.
        seconds: For all of it.
        counts: Its figures by name; None where it has none.
        checks: What its checks found.
        notes: What is odd, or worth knowing, a sentence each.
        files: Where it was written to, if it is a file.
        put_aside: The files that a person has put aside.
        refused: The file that it was stopped by, if by one.
        error: What went wrong.
        trace: Where that comes from.
    """

    asset: str
    state: State = "waiting"
    seconds: float = 0.0
    counts: dict[str, int | None] = field(default_factory=lambda: dict.fromkeys(COUNTS))
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    put_aside: list[str] = field(default_factory=list)
    refused: str = ""
    error: str = ""
    trace: str = ""

    @property
    def warnings(self) -> list[Check]:
        """The checks that found something and did not stop it."""
        return [check for check in self.checks if not check.passed and not check.blocking]


class Journal:
    """Hears a run's events and keeps the outcome of each asset."""

    def __init__(self, keys: Mapping[str, str], told: Callable[[Outcome], None]) -> None:
        """Expect these assets, each with the step that makes it; ``told`` is called whenever one begins or ends."""
        self.outcomes = {key: Outcome(asset=key) for key in keys}
        self.error = ""
        self._steps: defaultdict[str, list[Outcome]] = defaultdict(list)
        for key, step in keys.items():
            self._steps[step].append(self.outcomes[key])
        self._told = told

    def hear(self, entry: dg.EventLogEntry) -> None:
        """Take one event."""
        event = entry.dagster_event
        if event is None:
            return
        if event.is_run_failure and event.event_specific_data:
            self.error = said_of(event.job_failure_data.error)
        step = self._steps.get(event.step_key or "", [])
        if _is_border(event):
            for outcome in step:
                _note_border(outcome, event, is_alone=len(step) == 1)
                self._told(outcome)
        elif found := _about(event):
            for outcome in step:
                if outcome.asset == found.to_user_string():
                    _note_finding(outcome, event)

    def close(self) -> list[Outcome]:
        """The outcomes; what was not reached is skipped."""
        for outcome in self.outcomes.values():
            if outcome.state == "waiting":
                outcome.state = "skipped"
        return [*self.outcomes.values()]


def _is_border(event: dg.DagsterEvent) -> bool:
    """Whether a step begins or ends."""
    return event.is_step_start or event.is_step_success or event.is_step_failure


def _about(event: dg.DagsterEvent) -> dg.AssetKey | None:
    """The asset that an event says something of."""
    if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
        return event.step_materialization_data.materialization.asset_key
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        return event.asset_check_evaluation_data.asset_key
    return None


def _note_border(outcome: Outcome, event: dg.DagsterEvent, *, is_alone: bool) -> None:
    """Note what an event says of each asset of a step; of several, one that was not made has failed by itself."""
    if event.is_step_start:
        outcome.state = "running"
    elif event.is_step_failure:
        _note_failure(outcome, event)
    elif is_alone:
        outcome.state, outcome.seconds = "done", event.step_success_data.duration_ms / 1000
    elif outcome.state == "running":
        outcome.state, outcome.error = "failed", "; ".join(one.said for one in outcome.checks if not one.passed)


def _note_failure(outcome: Outcome, event: dg.DagsterEvent) -> None:
    data = event.step_failure_data
    outcome.state = "failed"
    outcome.trace = data.error.to_string() if data.error else ""
    meant = data.user_failure_data
    outcome.error = (meant.description if meant else "") or said_of(data.error)
    outcome.refused = str(meant.metadata[REFUSED].value) if meant and REFUSED in meant.metadata else ""


def _note_finding(outcome: Outcome, event: dg.DagsterEvent) -> None:
    if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
        told = event.step_materialization_data.materialization.metadata
        metadata: dict[str, Any] = {name: value.value for name, value in told.items()}
        outcome.state, outcome.seconds = "done", metadata.get("seconds", 0.0)
        outcome.counts = {name: metadata.get(key) for name, key in COUNTS.items()}
        outcome.notes = items_of(metadata.get("notes", ""))
        outcome.put_aside = metadata.get(PUT_ASIDE, [])
        outcome.files = [metadata["file"]] if "file" in metadata else []
    elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        outcome.checks.append(_check(event.asset_check_evaluation_data))


def _check(evaluation: dg.AssetCheckEvaluation) -> Check:
    metadata: dict[str, Any] = {name: value.value for name, value in evaluation.metadata.items()}
    return Check(
        name=evaluation.check_name,
        passed=evaluation.passed,
        blocking=evaluation.severity == dg.AssetCheckSeverity.ERROR,
        found=metadata.get("bad_rows") or (metadata.get("rows", 0) + metadata.get("files", 0)),
        sample=_rows(metadata.get("sample")),
        query=code_of(metadata.get("query", "")),
        said=evaluation.description or "",
    )


def _rows(table: dg.TableMetadataValue | None) -> list[dict[str, str]]:
    return [{name: str(cell) for name, cell in record.data.items()} for record in table.records] if table else []


def outcome_of(table: str, report: LoadReport | BuildReport | None) -> Outcome:
    """What became of a table that was loaded or built without Dagster; without a report, it has begun."""
    if report is None:
        return Outcome(asset=table, state="running")
    found = Outcome(asset=table, state="done", seconds=report.seconds)
    if isinstance(report, LoadReport):
        told = {what: report.total(what) for what in ("read", "loaded", "quarantined", "duplicate")}
        found.counts = dict.fromkeys(COUNTS) | {"rows": report.rows, **told, "written": told["loaded"]}
    else:
        found.counts = dict.fromkeys(COUNTS) | {"rows": report.rows, "written": report.written}
        found.checks = [
            Check(
                name=one.name,
                passed=one.passed,
                blocking=one.blocking,
                found=one.bad_rows,
                sample=[],
                query=one.query,
            )
            for one in report.checks
        ]
    return found

"""A scenario on this project: real files into a real lake, loaded and built batch by batch."""

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.history.scenario import Batch, File, Scenario, Told, Version
from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import LoadRefused
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Incremental, Member, Type2

_DIMENSION: Final = "kit/marts/dim_people"
_FACT: Final = "kit/marts/fact_visits"
_UNKNOWN: Final = -1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is there after the last batch.

    Args:
        versions: The history, without inferred members.
        inferred: The keys of inferred members.
        points: By visit where it points to, as a scenario says it.
        refused: For each batch, whether it was refused.
        repointed: For each batch the number of facts that it pointed anew.
        quarantined: The number of rows that were put aside.
        rewritten: The number of versions that a last run with nothing new wrote.
    """

    versions: tuple[Version, ...]
    inferred: tuple[str, ...]
    points: dict[int, tuple[str, datetime] | str]
    refused: tuple[bool, ...]
    repointed: tuple[int, ...]
    quarantined: int
    rewritten: int


def run(scenario: Scenario, engine: Engine, folder: Path) -> Outcome:
    """Bring every batch in.

    Args:
        scenario: What comes.
        engine: An empty warehouse.
        folder: For landing, lake and SQL files.
    """
    kit = _Kit(scenario, engine, folder)
    steps = [kit.bring(batch) for batch in scenario.batches]
    return Outcome(
        versions=kit.versions("not d.is_inferred and d.person_key <> -1"),
        inferred=tuple(sorted(str(version.key[0]) for version in kit.versions("d.is_inferred"))),
        points=kit.points() if kit.has_visits else {},
        refused=tuple(step.refused for step in steps),
        repointed=tuple(step.repointed for step in steps),
        quarantined=kit.quarantined,
        rewritten=kit.build().written,
    )


@dataclass(frozen=True)
class _Step:
    refused: bool = False
    repointed: int = 0
    written: int = 0


class _Kit:
    """The declarations that a scenario asks for, and its folders."""

    def __init__(self, scenario: Scenario, engine: Engine, folder: Path) -> None:
        self._scenario = scenario
        self._engine = engine
        self._landing = folder / "landing"
        self._lake = open_lake(str(folder / "lake"))
        self._sql = folder / "sql"
        self._people = _people(scenario)
        self._visits = _visits(scenario)
        self._dimension = _dimension(scenario)
        self._fact = _fact(scenario)
        self.has_visits = any(scenario.visits)
        self.quarantined = 0
        _write_sql(self._sql, scenario)

    def bring(self, batch: Batch) -> _Step:
        """Let a batch's files land, load them and bring the tables up to date."""
        for file in batch.files:
            rows = [_cells(row) for row in file.rows]
            _land(self._landing / "kit" / _folder(file) / file.name, rows, file.written)
        if batch.visits:
            rows = [[str(visit.number), *visit.key, str(visit.at)] for visit in batch.visits]
            _land(self._landing / "kit" / "visits" / f"{batch.at:%Y-%m-%d}.csv", rows, batch.at)
        try:
            self.quarantined += self._load(self._people, allow_closing=batch.allow_closing).total("quarantined")
        except LoadRefused:
            return _Step(refused=True)
        return self.build()

    def build(self) -> _Step:
        """Bring the tables up to date."""
        reports = [build_model(self._engine, self._dimension, sql_root=self._sql)]
        if self.has_visits:
            self._load(self._visits)
            reports.append(build_model(self._engine, self._fact, sql_root=self._sql))
        repointed = sum(sum(report.repointed.values()) for report in reports)
        return _Step(repointed=repointed, written=sum(report.written for report in reports))

    def versions(self, condition: str) -> tuple[Version, ...]:
        """The dimension's rows that meet a condition, by key and time."""
        scenario, parts = self._scenario, len(self._scenario.key)
        names = ", ".join(f"d.{name}" for name in (*scenario.key, *scenario.attributes, "valid_from", "valid_to"))
        table = self._dimension.table.qualified
        rows = self._rows(f"select {names} from {table} as d where {condition}")  # noqa: S608 - the kit's own names
        found = [Version(row[:parts], row[parts:-2], row[-2], row[-1]) for row in rows]
        return tuple(sorted(found, key=lambda version: (version.key, version.valid_from)))

    def points(self) -> dict[int, tuple[str, datetime] | str]:
        """Where each visit points to."""
        rows = self._rows(
            "select f.visit_id, d.person_key, d.is_inferred, d.id, d.valid_from from kit_marts.fact_visits as f"
            " left join kit_marts.dim_people as d on d.person_key = f.person_key"
        )
        return {visit: _point(key, member) for visit, key, *member in rows}

    def _load(self, dataset: Dataset, *, allow_closing: bool = False) -> LoadReport:
        extract_files(dataset, self._landing, self._lake)
        return load_dataset(self._engine, dataset, self._lake, allow_closing=allow_closing)

    def _rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        with self._engine.reading() as session:
            return session.rows(query)


def _point(key: int | None, member: Sequence[Any]) -> tuple[str, datetime] | str:
    """What a fact's pointer says: ``member`` is the inferred mark, key and start of what it points to."""
    if key is None:
        return "nothing"
    is_inferred, natural_key, valid_from = member
    if key == _UNKNOWN:
        return "unknown"
    return "inferred" if is_inferred else (natural_key, valid_from)


def _people(scenario: Scenario) -> Dataset:
    is_snapshot = {file.taken is not None for file in scenario.files}
    patterns = {
        False: FilePattern(pattern="changes/*.csv", meaning="changes"),
        True: FilePattern(pattern="snapshots/{YYYY-MM-DD}.csv", meaning="snapshot"),
    }
    others = (Column("changed_at", "timestamp"), Column("operation"))
    return Dataset(
        name="kit/staging/people",
        columns=(*map(Column, (*scenario.key, *scenario.columns)), *others),
        key=scenario.key,
        files=tuple(patterns[each] for each in sorted(is_snapshot)),
        effective_at="changed_at" if False in is_snapshot else None,
        op="operation" if False in is_snapshot else None,
        missing=scenario.missing,
    )


def _visits(scenario: Scenario) -> Dataset:
    return Dataset(
        name="kit/staging/visits",
        columns=(Column("visit_id", "bigint"), *map(Column, scenario.key), Column("happened_at", "timestamp")),
        key=("visit_id",),
        files=(FilePattern(pattern="visits/*.csv"),),
    )


def _dimension(scenario: Scenario) -> Type2:
    return Type2(
        name=_DIMENSION,
        key=scenario.key,
        entity="person",
        tracked=scenario.tracked,
        overwritten=scenario.overwritten,
        original=scenario.original,
        previous=scenario.previous,
        beginning=scenario.beginning,
    )


def _fact(scenario: Scenario) -> Incremental:
    member = Member(column="person_key", dimension=_DIMENSION, by=scenario.key, at="happened_at")
    return Incremental(name=_FACT, key=("visit_id",), touched={"kit/staging/visits": "visit_id"}, members=(member,))


def _write_sql(root: Path, scenario: Scenario) -> None:
    order = ("effective_at", "sequence", "first_sequence", "op")
    observed = ", ".join(f"p.{name}" for name in (*scenario.key, *scenario.columns, *order))
    told = ", ".join(f"v.{name}" for name in ("visit_id", *scenario.key, "happened_at"))
    texts = {
        _DIMENSION: f"-- One row per version.\nselect {observed} from kit_staging.people as p\n",
        _FACT: f"-- One row per visit.\nselect {told} from kit_staging.visits as v\n",
    }
    for name, text in texts.items():
        path = TableName.parse(name).sql_file(root)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _folder(file: File) -> str:
    return "snapshots" if file.taken else "changes"


def _cells(row: Told) -> list[str | None]:
    op = "U" if row.values else "D"
    width_of_a_delete = (None,)
    return [*row.key, *(row.values or width_of_a_delete), str(row.since), op]


def _land(path: Path, rows: Iterable[Sequence[str | None]], written: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_MINIMAL).writerows(rows)
    at = written.replace(tzinfo=UTC).timestamp()
    os.utime(path, (at, at))

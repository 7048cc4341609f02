"""A warehouse as it was known at a time: built again from the lake, from what had been loaded by then.

The lake keeps everything, and a table is a function of what is observed (docs/history.md), so the past comes out as it
was, surrogate keys included. Declarations and SQL are today's. Whatever the warehouse's engine is, its past is a DuckDB
file.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from etl_assets.errors import WarehouseError
from etl_assets.lake.decisions import Decision
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import FileEntry, Manifest
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse import ledger
from etl_assets.warehouse.building import build
from etl_assets.warehouse.engines import Engine, Session, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.plan import Plan


@dataclass(frozen=True)
class Known:
    """What a warehouse had loaded of a dataset.

    Args:
        loads: The load ids.
        put_aside: The files that it put into the quarantine whole, and why.
    """

    loads: frozenset[str]
    put_aside: Mapping[int, str]


class PastLake(Lake):
    """The lake, cut down to what was known."""

    def __init__(self, lake: Lake, known: Mapping[str, Known]) -> None:
        """The same storage; ``known`` by dataset."""
        super().__init__(lake.storage)
        self._what = known

    def manifests(self, dataset: str) -> tuple[Manifest, ...]:
        """The loads that were known, with what was decided about their files."""
        known = self._what[dataset]
        return tuple(_decided(each, known) for each in super().manifests(dataset) if each.load_id in known.loads)

    def decisions(self, dataset: str) -> dict[int, Decision]:
        """Only what lets files in: which were aside, the ledger says."""
        return {file_id: one for file_id, one in super().decisions(dataset).items() if one.verdict == "accepted"}

    def decide(self, dataset: str, decided: Iterable[Decision]) -> None:
        """Nothing is decided in the past."""


def _decided(manifest: Manifest, known: Known) -> Manifest:
    return replace(manifest, files=tuple(_as_decided(entry, known) for entry in manifest.files))


def _as_decided(entry: FileEntry, known: Known) -> FileEntry:
    reason = known.put_aside.get(entry.file_id)
    return replace(entry, status="unreadable", reason=reason) if reason and entry.status == "read" else entry


def known_by(engine: Engine, declared: Declared, at: datetime) -> dict[str, Known]:
    """What a warehouse had loaded by a time, in UTC, by dataset.

    Raises:
        WarehouseError: When it had loaded nothing of what is declared.
    """
    with engine.reading() as session:
        names = [dataset.name for dataset in declared.datasets] if ledger.exists(session) else []
        known = {name: _known(session, name, at) for name in names}
    if not any(each.loads for each in known.values()):
        message = f"Nothing had been loaded by {at}."
        raise WarehouseError(
            message,
            mend='`etl-assets query "select max(loaded_at) from etl.loads"` says when loads were; times are UTC.',
        )
    return known


def _known(session: Session, dataset: str, at: datetime) -> Known:
    loads = session.ask("ledger/loads_by", values={"dataset": dataset, "at": at})
    put_aside = session.ask("ledger/put_aside", values={"dataset": dataset})
    return Known(frozenset(row[0] for row in loads), dict(put_aside))


def past(
    lake: Lake, declared: Declared, known: Mapping[str, Known], folder: Path, *, sql_root: Path = SQL_ROOT
) -> Engine:
    """The engine of a warehouse that holds declared tables made of what was known.

    Args:
        lake: Where the files are.
        declared: What is wanted, models behind what they read.
        known: What counts, by dataset.
        folder: Where the last one asked for is kept, for the next question.
        sql_root: The folder of the SQL files.
    """
    file = folder / f"{_fingerprint(declared, known, sql_root)}.duckdb"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as aside:
            built = Path(aside) / file.name
            _build(open_engine(f"duckdb:///{built}"), PastLake(lake, known), declared, sql_root)
            for other in folder.glob("*.duckdb"):
                other.unlink(missing_ok=True)
            shutil.move(built, file)
    return open_engine(f"duckdb:///{file}")


def _build(engine: Engine, lake: Lake, declared: Declared, sql_root: Path) -> None:
    for dataset in declared.datasets:
        load_dataset(engine, dataset, lake, allow_closing=True)
    for model in declared.models:
        build(engine, model, sql_root=sql_root)


def _fingerprint(declared: Declared, known: Mapping[str, Known], sql_root: Path) -> str:
    definitions = [Plan.read(model, sql_root).definition for model in declared.models]
    loaded = [(name, sorted(each.loads), sorted(each.put_aside)) for name, each in sorted(known.items())]
    return hashlib.sha256(repr((loaded, declared.datasets, definitions)).encode()).hexdigest()[:16]

"""Tables of a database into the lake: all from one snapshot, each its own commit.

A batch is the rows of one table that are new in a snapshot: an immutable set of Parquet files with its manifest. The
manifest is the commit, and holds how far the extract has come; what was not committed is read again. Two runs at once
want the same number for their batches, so one of them commits and the other leaves it.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from etl_assets.connectors.database.batch import Batch
from etl_assets.connectors.database.drift import accepted_state
from etl_assets.connectors.database.stamp import stamped
from etl_assets.connectors.database.watermark import next_watermark, read_from
from etl_assets.connectors.database.zones import Clock
from etl_assets.errors import EtlError
from etl_assets.lake.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from etl_assets.connectors.database.source import Moment, Reader, Snapshot, Source
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.lake.lake import Lake
    from etl_assets.lake.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """What an extract did with a table.

    Args:
        dataset: The table.
        read: The rows that were read of the source.
        landed: Those of them that were new.
        problems: Those of them that do not fit the lake's types.
        since: From where the cursor was read; None when all rows were.
        watermark: How far the extract has come.
        load_id: The batch; empty when there was nothing new.
        is_overtaken: Whether another run committed first, so that nothing was taken.
        failure: Why nothing was taken.
        seconds: How long it took.
    """

    dataset: str
    read: int = 0
    landed: int = 0
    problems: int = 0
    since: datetime | None = None
    watermark: datetime | None = None
    load_id: str = ""
    is_overtaken: bool = False
    failure: EtlError | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ExtractReport:
    """What an extract did.

    Args:
        taken_at: The source's clock, in UTC.
        tables: One report a table, in the order in which they were asked for.
        notes: What is worth knowing, one sentence each.
    """

    taken_at: datetime
    tables: tuple[TableReport, ...]
    notes: tuple[str, ...]

    @property
    def failures(self) -> tuple[TableReport, ...]:
        """The tables of which nothing was taken."""
        return tuple(table for table in self.tables if table.failure)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an extract has done, while its snapshot is open.

    Args:
        snapshot: The state of the source that it read.
        report: What it did.
        landed: The batches of each table, in order, up to its own.
    """

    snapshot: "Snapshot"
    report: ExtractReport
    landed: "Mapping[str, Sequence[Manifest]]"


def extract_tables(source: "Source", tables: "Sequence[SourceTable]", zone: "Lake") -> ExtractReport:
    """Bring what is new in some tables into the lake. A table that fails does not stop the others.

    Args:
        source: The database.
        tables: What is extracted.
        zone: Where it goes.

    Raises:
        SourceError: When the database cannot be reached at all.
    """
    with extracting(source, tables, zone) as taken:
        return taken.report


@contextmanager
def extracting(source: "Source", tables: "Sequence[SourceTable]", zone: "Lake") -> "Generator[Taken]":
    """Do the same, and keep the snapshot open.

    What was landed is listed before the snapshot is taken. So whatever another run commits from then on has the number
    that this one's batch wants: a later state that is in the lake is never followed by this earlier one.
    """
    before = {table.dataset: _listed(zone, table.dataset) for table in tables}
    with source.snapshot() as snapshot:
        work = partial(_extract, snapshot, zone, before)
        if source.readers == 1:
            reports = [work(table) for table in tables]
        else:
            with ThreadPoolExecutor(source.readers, "extract") as threads:
                reports = [*threads.map(work, tables)]
        seen = snapshot.moment
        report = ExtractReport(taken_at=seen.at, tables=tuple(reports), notes=(seen.note,) if seen.note else ())
        landed = {one.dataset: _with_own(zone, before[one.dataset], one) for one in reports if not one.failure}
        yield Taken(snapshot=snapshot, report=report, landed=landed)


def _listed(zone: "Lake", dataset: str) -> "list[Manifest] | EtlError":
    try:
        return landed_before(zone, dataset)
    except EtlError as error:
        return error


def _with_own(zone: "Lake", before: "list[Manifest] | EtlError", report: TableReport) -> "list[Manifest]":
    found = before if isinstance(before, list) else []
    return [*found, *(each for each in zone.manifests(report.dataset) if each.load_id == report.load_id)]


def _extract(
    snapshot: "Snapshot", zone: "Lake", before: "Mapping[str, list[Manifest] | EtlError]", table: "SourceTable"
) -> TableReport:
    began = perf_counter()
    try:
        if isinstance(landed := before[table.dataset], EtlError):
            raise landed
        with snapshot.reader() as reader:
            report = _taken(reader, snapshot.moment, zone, table, landed)
    except EtlError as error:
        report = TableReport(dataset=table.dataset, failure=error)
    return replace(report, seconds=perf_counter() - began)


def _taken(
    reader: "Reader", moment: "Moment", zone: "Lake", table: "SourceTable", landed: "Sequence[Manifest]"
) -> TableReport:
    known = [each.extract for each in landed if each.extract]
    state = accepted_state(Catalogue(zone.storage), table, reader.shape(table), moment.at)
    since = read_from(table, known, moment, state.number)
    clock = Clock(table.zone)
    highest = clock.meant(reader.highest(table, clock.shown(moment.at)))
    watermark = next_watermark(table, known, moment, highest)
    batch = Batch(table, state, landed, zone, moment)
    shown = clock.earliest(since, moment.at) if since else None
    found = stamped(reader.rows(table, state.shape, shown), table, moment.at)
    with batch.new(found, clock.earliest_meant(since, moment.at) if since else None) as rows:
        load_id = batch.commit(rows, watermark)
    return TableReport(
        dataset=table.dataset,
        read=batch.read,
        landed=batch.rows if load_id else 0,
        problems=batch.problems if load_id else 0,
        since=since,
        watermark=watermark,
        load_id=load_id,
        is_overtaken=bool(batch.rows and not load_id),
    )


def landed_before(zone: "Lake", dataset: str) -> "list[Manifest]":
    """The batches of a table, in order."""
    numbered = ((each.extract.number, each) for each in zone.manifests(dataset) if each.extract)
    return [each for _, each in sorted(numbered, key=lambda found: found[0])]

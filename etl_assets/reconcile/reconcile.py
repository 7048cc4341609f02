"""Tables of a source against their staging tables, in one snapshot of the source.

It begins with an ordinary extract and load. So what was written up to the snapshot, and says so by its cursor, is in
the warehouse when the comparison looks; and what is written later is not in the snapshot, which stays open. What other
runs land meanwhile is later than the snapshot: the deliveries of such rows are none of those that are known, and they
wait. So every difference is one that no extract would find.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Final

from etl_assets.connectors.database.extract import Taken, extracting
from etl_assets.connectors.database.zones import Clock
from etl_assets.errors import EtlError
from etl_assets.failpoints import reach
from etl_assets.reconcile.plan import Plan, planned
from etl_assets.reconcile.ranges import Account, different_ranges
from etl_assets.reconcile.repair import Repair
from etl_assets.reconcile.report import Difference, Kind, ReconcileReport, TableCompared
from etl_assets.reconcile.rows import Found, SourceRows
from etl_assets.reconcile.warehouse import WarehouseSide
from etl_assets.warehouse.load.staging import load_dataset

if TYPE_CHECKING:
    from etl_assets.connectors.database.extract import TableReport
    from etl_assets.connectors.database.source import Reader, Source
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.datasets import Dataset
    from etl_assets.lake.lake import Lake
    from etl_assets.warehouse.engines import Engine

MOST: Final = 100
_OVERTAKEN: Final = "Another extract came first, so nothing was repaired: run again."
_APART: Final = "{} is compared in the rows that are looked at only, since both sides do not write it alike."


def reconcile(
    source: "Source",
    engine: "Engine",
    lake: "Lake",
    pairs: "Sequence[tuple[Dataset, SourceTable]]",
    *,
    repair: bool = False,
    most: int = MOST,
    told: Callable[[str], None] = lambda _: None,
) -> ReconcileReport:
    """Compare tables with their source. A table that fails does not stop the others.

    Args:
        source: The database.
        engine: The warehouse.
        lake: Between the two.
        pairs: The tables, each with its staging table.
        repair: Whether what differs is brought in.
        most: How many rows that differ are told of each table; all are counted.
        told: Called with a table's key before it is compared.

    Raises:
        SourceError: When the database cannot be reached at all.
    """
    with extracting(source, [table for _, table in pairs], lake) as taken:
        work = _Work(taken=taken, engine=engine, lake=lake, repair=repair, most=most)
        tables: list[TableCompared] = []
        for (dataset, table), extracted in zip(pairs, taken.report.tables, strict=True):
            told(dataset.name)
            tables.append(_timed(work, dataset, table, extracted))
    return ReconcileReport(taken_at=taken.report.taken_at, tables=tuple(tables))


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What all tables have in common."""

    taken: Taken
    engine: "Engine"
    lake: "Lake"
    repair: bool
    most: int


def _timed(work: _Work, dataset: "Dataset", table: "SourceTable", extracted: "TableReport") -> TableCompared:
    began = perf_counter()
    try:
        if extracted.failure:
            raise extracted.failure
        load_dataset(work.engine, dataset, work.lake)
        reach("reconcile.after_load")
        with work.taken.snapshot.reader() as reader:
            plan = planned(dataset, table, reader.shape(table))
            found = _Comparison(work, plan, extracted, reader).run()
    except EtlError as error:
        found = TableCompared(dataset=dataset.name, failure=error)
    return replace(found, seconds=perf_counter() - began)


class _Comparison:
    """One table."""

    def __init__(self, work: _Work, plan: Plan, extracted: "TableReport", reader: "Reader") -> None:
        self._work = work
        self._plan = plan
        self._extracted = extracted
        self._reader = reader
        self._moment = work.taken.snapshot.moment
        self._landed = work.taken.landed[plan.dataset.name]
        self._known = {entry.file_id for manifest in self._landed for entry in manifest.files}
        self._warehouse = WarehouseSide(work.engine, plan)
        self._told: list[Difference] = []
        self._counts: Counter[str] = Counter()

    def run(self) -> TableCompared:
        with (
            TemporaryDirectory(prefix="etl-reconcile-") as folder,
            Repair(Path(folder) / "repair.parquet", self._plan, self._moment) as repair,
        ):
            account = self._compare(Path(folder), repair)
            is_repaired = self._work.repair and self._repaired(repair)
        notes = [_APART.format(name) for name in self._plan.apart]
        notes += [_OVERTAKEN] if self._work.repair and repair.rows and not is_repaired else []
        return TableCompared(
            dataset=self._plan.dataset.name,
            source_rows=account.source_rows,
            warehouse_rows=account.warehouse_rows,
            missing=self._counts["missing"],
            gone=self._counts["gone"],
            changed=self._counts["changed"],
            quarantined=self._counts["quarantined"],
            waiting=self._counts["waiting"],
            repaired=repair.rows if is_repaired else 0,
            ranges=account.ranges,
            ranges_different=account.different,
            rows_looked_at=self._counts["looked at"],
            differences=tuple(self._told),
            apart=self._plan.apart,
            note=" ".join(notes),
        )

    def _compare(self, folder: Path, repair: Repair) -> Account:
        account, digest, table = Account(), self._plan.digest, self._plan.table
        bounds = (self._reader.bounds(table, digest), self._warehouse.bounds())
        ranges = different_ranges(
            lambda bits, within: self._reader.checksums(table, digest, bits, within),
            self._warehouse.checksums,
            bounds,
            account,
        )
        for within in ranges:
            batches = self._reader.rows_of(table, self._plan.shape, digest, within)
            rows = SourceRows(folder / "source.parquet", self._plan, self._moment, batches)
            looked = rows.compared(self._warehouse.latest(within))
            self._counts["looked at"] += looked.rows
            self._counts["quarantined"] += looked.quarantined
            if real := [each for each in looked.found if not self._waits(each)]:
                self._note(real)
                if self._work.repair:
                    repair.add(real, rows)
            self._counts["waiting"] += len(looked.found) - len(real)
        return account

    def _note(self, found: Sequence[Found]) -> None:
        for each in found:
            kind: Kind = "gone" if each.row is None else "changed" if each.in_warehouse else "missing"
            self._counts[kind] += 1
            if len(self._told) < self._work.most:
                self._told.append(Difference(kind=kind, key=each.key, columns=each.columns))

    def _waits(self, found: Found) -> bool:
        """Whether another run has brought the row, or is about to, and not of this snapshot."""
        if found.delivery is not None and found.delivery not in self._known:
            return True
        since, cursor = self._extracted.since, found.cursor
        shown = Clock(self._plan.table.zone).earliest(since, self._moment.at) if since else None
        is_recent = shown is None or (isinstance(cursor, datetime) and cursor >= shown)
        return self._extracted.is_overtaken and is_recent

    def _repaired(self, repair: Repair) -> bool:
        """Whether what differs was landed and loaded."""
        reach("reconcile.before_repair")
        if not repair.rows or not repair.commit(self._work.lake, self._landed, self._extracted.watermark):
            return False
        reach("reconcile.after_repair")
        load_dataset(self._work.engine, self._plan.dataset, self._work.lake)
        return True

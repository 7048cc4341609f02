"""The accounts of one load: what was read of each file, and what came of every row."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from etl_assets.arrow import batch_of, repeated, texts
from etl_assets.datasets import Dataset, Meaning
from etl_assets.errors import FileRefused, LoadRefused
from etl_assets.lake.manifest import FileEntry, Manifest
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.misfits import in_words
from etl_assets.warehouse.load.report import FileReport

if TYPE_CHECKING:
    from etl_assets.warehouse.load.cast import Counts

FEW_ROWS = 10
"""So many bad rows are always borne, whatever share of a small file they are."""


class FileLedger:
    """The files of one load of one dataset."""

    def __init__(
        self,
        session: Session,
        dataset: Dataset,
        number: int,
        *,
        aside: Mapping[int, str] | None = None,
        accepted: Collection[int] = (),
    ) -> None:
        """Open the accounts of a load.

        ``written`` counts the rows that it writes into the stores, ``more`` how many rows more the table shows.

        Args:
            session: The load's transaction.
            dataset: What is loaded.
            number: The load's.
            aside: The files that go to the quarantine whole, and why, though they can be read.
            accepted: The files that no limit refuses.
        """
        self.session = session
        self.dataset = dataset
        self.number = number
        self.accepted = accepted
        self._known = ledger.known_files(session, dataset.name) if number else set[int]()
        self.written = 0
        self.more = 0
        self._aside = aside or {}
        self._entries: dict[int, FileEntry] = {}
        self._manifests: dict[str, list[int]] = {}
        self._bad = Counter[int]()
        self._staged = Counter[int]()
        self._loaded = Counter[int]()

    @property
    def entries(self) -> list[FileEntry]:
        """The files that this load reads, in no order."""
        return list(self._entries.values())

    def enter(self, manifest: Manifest) -> list[FileEntry]:
        """The files of a manifest that no load has read yet."""
        fresh = [self._decided(entry) for entry in manifest.files if entry.file_id not in self._known]
        self._known.update(entry.file_id for entry in fresh)
        self._entries.update({entry.file_id: entry for entry in fresh})
        self._manifests[manifest.load_id] = [entry.file_id for entry in fresh]
        return fresh

    def _decided(self, entry: FileEntry) -> FileEntry:
        reason = self._aside.get(entry.file_id) or self._misdated(entry)
        return replace(entry, status="unreadable", reason=reason) if reason else entry

    def _misdated(self, entry: FileEntry) -> str:
        problem = self.dataset.time_problem(entry.order_at) if entry.meaning == "snapshot" else ""
        return f"it is of {entry.order_at}, {problem}" if problem and entry.status == "read" else ""

    def refuse_too_bad(self, counts: "Mapping[int, Counts]", examples: Callable[[int], str]) -> None:
        """Refuse a file by its counts, before a row of it is put aside.

        Args:
            counts: What the cast made of each file.
            examples: Tells a few bad rows of a file.

        Raises:
            FileRefused: When too many rows of a file are bad.
        """
        for file_id, count in counts.items():
            if self._is_too_bad(file_id, count.bad, count.read):
                raise self._too_bad(self._entries[file_id], count.bad, examples(file_id))

    def refuse_bad_so_far(self) -> None:
        """Refuse a file by what is in the quarantine of it.

        Raises:
            FileRefused: When too many rows of a file are bad.
        """
        for file_id, bad in self._bad.items():
            if self._is_too_bad(file_id, bad, self._entries[file_id].rows):
                names = ("line", "column_name", "value", "reason")
                rows = self.session.ask("ledger/quarantined_first", values={"file_id": file_id})
                examples = "; ".join(in_words(dict(zip(names, row, strict=True))) for row in rows)
                raise self._too_bad(self._entries[file_id], bad, examples)

    def quarantine(self, bad: pa.RecordBatchReader) -> None:
        """Put rows into the quarantine, as the caster gives them."""
        schema = pa.schema([*bad.schema, ("dataset", pa.string()), ("load_number", pa.int64())])
        batches = (self._labelled(batch, schema) for batch in bad)
        self.session.load("etl.quarantine", pa.RecordBatchReader.from_batches(schema, batches))

    def _labelled(self, bad: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        self._bad.update(bad.column("file_id").to_pylist())
        labels = [texts([self.dataset.name] * bad.num_rows), repeated(self.number, bad.num_rows)]
        return pa.RecordBatch.from_arrays([*bad.columns, *labels], schema=schema)

    def quarantine_whole(self, entries: Iterable[FileEntry]) -> None:
        """Put files into the quarantine whose rows cannot be told apart."""
        for entry in entries:
            self.session.do(
                "ledger/quarantine_file",
                values={
                    "dataset": self.dataset.name,
                    "file_id": entry.file_id,
                    "path": entry.path,
                    "reason": entry.reason,
                    "load_number": self.number,
                },
            )

    def note_unread(self, counts: Iterable[tuple[int, int]]) -> None:
        """Note, by file, how many rows' keys cannot be read: a snapshot with such rows ends no key."""
        for file_id, rows in counts:
            reason = f"the keys of {rows} of its rows cannot be read"
            self._entries[file_id] = replace(self._entries[file_id], reason=reason)

    def order(self) -> None:
        """Write the files down and put them, with all that came before, into their own order."""
        if self._entries:
            self.session.load("etl.files", self._rows())
        self._staged.update(dict(self.session.ask("load/staged_counts")))
        self.session.do("load/file_order", values={"dataset": self.dataset.name})
        self.session.analyze("file_order")

    def loaded(self, counts: Iterable[tuple[int, int]]) -> None:
        """Count rows as loaded, by file."""
        self._loaded.update(dict(counts))

    def staged(self, meaning: Meaning) -> int:
        """The rows that are staged of the files with a meaning, but for those that went to the quarantine."""
        return sum(self.staged_of(meaning).values())

    def staged_of(self, meaning: Meaning) -> dict[int, int]:
        """The same, by file."""
        return {file_id: self._staged[file_id] for file_id, entry in self._entries.items() if entry.meaning == meaning}

    def wrote(self, rows: Iterable[int], *, more: int) -> None:
        """Count what statements have written into the stores, and how many rows more the table shows for it."""
        self.written += sum(rows)
        self.more += more

    def also_bad(self, file_id: int, rows: int) -> None:
        """Count staged rows that went to the quarantine after all."""
        self._staged[file_id] -= rows
        self._bad[file_id] += rows

    def settle(self, *, seconds: float) -> None:
        """Close the accounts.

        Raises:
            LoadRefused: When a file's rows do not add up, or too many of them are bad.
        """
        self.refuse_bad_so_far()
        for report, entry in zip(self.reports(), self._entries.values(), strict=True):
            self._refuse_unbalanced(report)
            counts = {
                "rows_loaded": report.loaded,
                "rows_quarantined": report.quarantined,
                "rows_duplicate": report.duplicate,
            }
            self.session.do("ledger/count_file", values={**counts, "file_id": entry.file_id})
        for load_id, file_ids in self._manifests.items():
            self._write_load(load_id, file_ids, seconds)

    def reports(self) -> tuple[FileReport, ...]:
        """What came of each file."""
        return tuple(self._report(entry) for entry in self._entries.values())

    def _report(self, entry: FileEntry) -> FileReport:
        read = entry.rows if entry.status == "read" else 0
        loaded, bad = self._loaded[entry.file_id], self._bad[entry.file_id]
        return FileReport(
            path=entry.path,
            status="loaded" if entry.status == "read" else "quarantined",
            reason=entry.reason or "",
            read=read,
            loaded=loaded,
            quarantined=bad,
            duplicate=self._staged[entry.file_id] - loaded,
        )

    def _refuse_unbalanced(self, report: FileReport) -> None:
        accounted = report.loaded + report.quarantined + report.duplicate
        if accounted != report.read or report.duplicate < 0:
            outcome = f"{report.loaded} loaded, {report.quarantined} quarantined, {report.duplicate} duplicate"
            message = f"{report.path} has {report.read} rows, but {outcome}."
            raise LoadRefused(message, mend="This is a fault of etl_assets: please report it.")

    def _is_too_bad(self, file_id: int, bad: int, read: int) -> bool:
        return file_id not in self.accepted and bad > max(FEW_ROWS, self.dataset.max_bad_share * read)

    def _too_bad(self, entry: FileEntry, bad: int, examples: str) -> FileRefused:
        why = f"{bad} of {entry.rows} rows do not fit the declaration"
        message = f"{entry.path}: {why} of {self.dataset.name}. The first: {examples}."
        limit = f"raise max_bad_share (now {self.dataset.max_bad_share:g})"
        mend = f"Correct the declaration, {give_up(entry.path)}, or {limit}."
        return FileRefused(message, file_id=entry.file_id, why=why, mend=mend)

    def _rows(self) -> pa.RecordBatchReader:
        load_ids = {file_id: load_id for load_id, ids in self._manifests.items() for file_id in ids}
        rows = [
            {
                "file_id": entry.file_id,
                "dataset": self.dataset.name,
                "path": entry.path,
                "sha256": entry.sha256,
                "order_at": entry.order_at,
                "modified_at": entry.modified_at,
                "meaning": entry.meaning,
                "load_id": load_ids[entry.file_id],
                "load_number": self.number,
                "status": "loaded" if entry.status == "read" else "quarantined",
                "reason": entry.reason or "",
                "rows_read": entry.rows if entry.status == "read" else 0,
                "rows_loaded": 0,
                "rows_quarantined": 0,
                "rows_duplicate": 0,
            }
            for entry in self._entries.values()
        ]
        return pa.RecordBatchReader.from_batches(_FILES, [batch_of(rows, _FILES)])

    def _write_load(self, load_id: str, file_ids: list[int], seconds: float) -> None:
        reports = [self._report(self._entries[file_id]) for file_id in file_ids]
        self.session.do(
            "ledger/insert_load",
            values={
                "dataset": self.dataset.name,
                "load_number": self.number,
                "load_id": load_id,
                "files": len(reports),
                "rows_read": sum(report.read for report in reports),
                "rows_loaded": sum(report.loaded for report in reports),
                "rows_quarantined": sum(report.quarantined for report in reports),
                "rows_duplicate": sum(report.duplicate for report in reports),
                "seconds": seconds,
                "loaded_at": datetime.now(UTC).replace(tzinfo=None),
            },
        )


def give_up(path: str) -> str:
    """How to get on without a delivery."""
    return f"deliver it again, corrected, under the same name, or give it up with --put-aside {path}"


_FILES = pa.schema(
    [
        ("file_id", pa.int64()),
        ("dataset", pa.string()),
        ("path", pa.string()),
        ("sha256", pa.string()),
        ("order_at", pa.timestamp("us")),
        ("modified_at", pa.timestamp("us")),
        ("meaning", pa.string()),
        ("load_id", pa.string()),
        ("load_number", pa.int64()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("rows_read", pa.int64()),
        ("rows_loaded", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("rows_duplicate", pa.int64()),
    ],
)

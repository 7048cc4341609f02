"""What a warehouse that is made again keeps of the one that it replaces: when each load was, and what was decided.

Its rows come from the lake alone. Decisions that only the old ledgers know go into the lake first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from etl_assets.datasets import Dataset
from etl_assets.lake.decisions import Decision
from etl_assets.lake.lake import Lake
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines.base import Row, Session
from etl_assets.warehouse.load.files import FEW_ROWS
from etl_assets.warehouse.load.reread import refuse_lost
from etl_assets.warehouse.tables import create_table

_TYPES: Final = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "timestamp": pa.timestamp("us"),
}
_COLUMNS: Final = {
    "loads": {"load_id": "text", "load_number": "bigint", "seconds": "double precision", "loaded_at": "timestamp"},
    "files": {"file_id": "bigint", "status": "text"},
    "quarantine": {"file_id": "bigint", "row_number": "bigint"},
}
_REFUSED: Final = "refused: "


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the old ledgers say of a dataset.

    Args:
        dataset: As it is declared now.
        loads: Id, number, seconds and time of each load.
        files: Id, path, meaning, status, reason and bad rows of each file.
        quarantine: File and row number of what is in the quarantine.
    """

    dataset: Dataset
    loads: Sequence[Row]
    files: Sequence[Row]
    quarantine: Sequence[Row]

    @classmethod
    def of(cls, session: Session, dataset: Dataset) -> "Kept":
        """What they say now; nothing where there are none."""
        values = {"dataset": dataset.name}
        there = ledger.exists(session)
        found = {name: session.ask(f"rebuild/{name}", values=values) if there else [] for name in _COLUMNS}
        return cls(dataset=dataset, **found)

    @property
    def loaded(self) -> set[object]:
        """The loads, and the files that are loaded: what the new warehouse has to have too."""
        return {row[0] for row in self.loads} | {row[0] for row in self.files if row[3] == "loaded"}

    def adopt(self, lake: Lake) -> None:
        """Write the decisions that only the ledgers know into the lake."""
        known = lake.decisions(self.dataset.name)
        lake.decide(self.dataset.name, [one for one in self._decisions() if one.file_id not in known])

    def _decisions(self) -> Iterator[Decision]:
        may_close = self.dataset.missing == "close"
        for file_id, path, meaning, status, reason, bad in self.files:
            if status == "loaded" and (bad > FEW_ROWS or (meaning == "snapshot" and may_close)):
                yield Decision(file_id=file_id, path=path, verdict="accepted")
            elif status != "loaded" and reason.startswith(_REFUSED):
                yield Decision(file_id=file_id, path=path, verdict="aside", why=reason)

    def put_back(self, session: Session) -> None:
        """Give the loads of the new warehouse their numbers and times.

        Raises:
            DeclarationError: When a row or a file that was loaded no longer is.
        """
        if not self.loads:
            return
        values = {"dataset": self.dataset.name}
        rows = {"loads": self.loads, "files": [(row[0], row[3]) for row in self.files], "quarantine": self.quarantine}
        for name, columns in _COLUMNS.items():
            create_table(session, f"kept_{name}", columns, temporary=True)
            session.load(f"kept_{name}", _reader(columns, rows[name]))
        refuse_lost(session, self.dataset)
        session.do("reread/number_new_loads", values=values)
        for name in ("loads", "files", "quarantine"):
            session.do(f"reread/put_back_{name}", values=values)


def _reader(columns: dict[str, str], rows: Sequence[Row]) -> pa.RecordBatchReader:
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()])
    found = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema=schema)
    return found.to_reader()

"""A warehouse ``town`` with one dataset, to which files are delivered as rows of text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from etl_assets.datasets import Dataset, FilePattern, Meaning
from etl_assets.lake.lake import open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets_tests.warehouse.load.lake_rows import Texts, batches

NAME = "town/staging/people"
ZERO = datetime(2020, 1, 1)  # noqa: DTZ001 - UTC without a zone
COLUMNS = (Column("id"), Column("team"), Column("changed_at", "timestamp"), Column("operation"))


def day(number: int) -> datetime:
    """Midnight, so many days after ZERO."""
    return ZERO + timedelta(days=number)


def people(*meanings: Meaning, **options: Any) -> Dataset:  # noqa: ANN401 - as a dataset has them
    """A dataset whose files may have these meanings."""
    files = tuple(FilePattern(pattern=f"{meaning}.csv", meaning=meaning) for meaning in meanings)
    is_told = "changes" in meanings
    declared = Dataset(
        name=NAME,
        columns=COLUMNS,
        key=("id",),
        files=files,
        effective_at="changed_at" if is_told else None,
        op="operation" if is_told else None,
    )
    return replace(declared, **options)


class Town:
    """The dataset in an empty warehouse."""

    def __init__(self, engine: Engine, folder: Path, dataset: Dataset) -> None:
        self.engine = engine
        self.dataset = dataset
        self.lake = open_lake(str(folder / "lake"))

    def land(self, path: str, rows: Sequence[Texts], *, on: int, meaning: Meaning) -> None:
        """Bring a file of a day into the lake."""
        digest = sha256(repr(rows).encode()).hexdigest()
        entry = FileEntry(
            dataset=NAME,
            path=path,
            sha256=digest,
            size=1,
            modified_at=day(on),
            order_at=day(on),
            meaning=meaning,
            rows=len(rows),
        )
        with self.lake.writer(NAME) as writer:
            writer.write_file(batches(rows, [column.name for column in self.dataset.columns], 0))
            load_id = load_id_of(NAME, [(path, digest)])
            parts = writer.publish(load_id, "2020-01-01")
        manifest = Manifest(load_id=load_id, dataset=NAME, files=(entry,), parts=parts, rows=len(rows))
        self.lake.commit(manifest)

    def load(self, *, allow_closing: bool = False, put_aside: Collection[str] = ()) -> LoadReport:
        """Load what is new."""
        return load_dataset(self.engine, self.dataset, self.lake, allow_closing=allow_closing, put_aside=put_aside)

    def rows_of(self, path: str, rows: Sequence[Texts], *, on: int = 1) -> Mapping[str, int]:
        """Bring a file of rows in and load it: what came of its rows."""
        return self._counts(path, rows, on=on, meaning="rows")

    def changes(self, path: str, rows: Sequence[Texts], *, on: int = 1) -> Mapping[str, int]:
        """Bring a file of changes in and load it: what came of its rows."""
        return self._counts(path, rows, on=on, meaning="changes")

    def snapshot(self, ids: Sequence[str], *, on: int, team: str = "A") -> Mapping[str, int]:
        """Bring a snapshot of these keys, all in one team, in and load it: what came of its rows."""
        rows = [(key, team, None, None) for key in ids]
        return self._counts(f"{on}.csv", rows, on=on, meaning="snapshot")

    def _counts(self, path: str, rows: Sequence[Texts], *, on: int, meaning: Meaning) -> Mapping[str, int]:
        self.land(path, rows, on=on, meaning=meaning)
        report = next(file for file in self.load().files if file.path == path)
        return {what: getattr(report, what) for what in ("loaded", "quarantined", "duplicate")}

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(text)

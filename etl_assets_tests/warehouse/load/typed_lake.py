"""A lake whose parts have types, as those of a database's extract do, and a warehouse that loads them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl_assets.datasets import Dataset
from etl_assets.lake.extracted import Extracted
from etl_assets.lake.lake import open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset

ZERO = datetime(2024, 1, 1)  # noqa: DTZ001 - UTC without a zone
_PROBLEM = "_problem"
_RAW = "_raw"


def extracted(*columns: Column, **options: Any) -> Dataset:  # noqa: ANN401 - as a dataset has them
    """A dataset of rows with a key ``id``, none of whose rows is too many to be bad."""
    declared = Dataset(
        name="shop/staging/orders",
        columns=(Column("id", "bigint"), *columns),
        key=("id",),
        extracted="rows",
        max_bad_share=1.0,
    )
    return replace(declared, **options)


class TypedLake:
    """A lake of extracts."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.lake = open_lake(str(folder / "lake"))
        self._landed = 0

    def land(
        self,
        dataset: Dataset,
        columns: Mapping[str, pa.Array],
        *,
        problems: Sequence[str | None] = (),
        at: datetime | None = None,
    ) -> None:
        """Bring an extract with these columns into the lake; none is one without parts."""
        self._landed += 1
        path = f"{dataset.table.table}/{self._landed:08}"
        rows = len(next(iter(columns.values()), ()))
        at = at or ZERO + timedelta(minutes=self._landed)
        load_id = load_id_of(dataset.name, [(path, str(self._landed))])
        with self.lake.writer(dataset.name) as writer:
            if columns:
                writer.write_file([_batch(columns, problems or [None] * rows)])
            parts = writer.publish(load_id, f"{at:%Y-%m-%d}") if columns else ()
        (meaning,) = dataset.meanings
        entry = FileEntry(
            dataset=dataset.name,
            path=path,
            sha256=str(self._landed),
            size=0,
            modified_at=at,
            order_at=at,
            meaning=meaning,
            rows=rows,
            problem_rows=sum(problem is not None for problem in problems),
        )
        extract = Extracted(number=self._landed, taken_at=at, watermark=None, latest=None, state=1)
        self.lake.commit(
            Manifest(load_id=load_id, dataset=dataset.name, files=(entry,), parts=parts, rows=rows, extract=extract)
        )

    def load(self, dataset: Dataset) -> LoadReport:
        """Load what is new."""
        return load_dataset(self.engine, dataset, self.lake)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return list(session.rows(query))

    def held(self, dataset: Dataset, listed: str = "column_name, value, reason") -> list[tuple[Any, ...]]:
        """What is in the quarantine of a dataset."""
        query = f"select {listed} from etl.quarantine where dataset = '{dataset.name}'"
        return self.rows(f"{query} order by file_id, row_number")


def _batch(columns: Mapping[str, pa.Array], problems: Sequence[str | None]) -> pa.RecordBatch:
    """The rows as an extract writes them."""
    numbers = pa.array(range(1, len(problems) + 1), pa.int64())
    beside = {
        _PROBLEM: pa.array(problems, pa.string()),
        _RAW: pa.array([None if problem is None else f"raw of {problem}" for problem in problems], pa.string()),
        "_file": pa.array([0] * len(problems), pa.int32()),
        "_row": numbers,
        "_line": numbers,
    }
    return pa.RecordBatch.from_pydict({**columns, **beside})

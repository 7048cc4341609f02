"""A load in a lake that is made of rows of text, without any file before it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.lake.lake import open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets.schema import Column
from etl_assets.warehouse.load.cast import Caster

DATASET = "support/staging/cases"
MOMENT = datetime(2020, 1, 1)  # noqa: DTZ001 - UTC without a zone
Texts = Sequence[str | None]


def declared(*columns: Column) -> Dataset:
    return Dataset(name=DATASET, columns=columns, key=(columns[0].name,), files=(FilePattern(pattern="cases.csv"),))


class Load:
    """Files whose rows are texts.

    Args:
        folder: Where the lake is made.
        files: By path, the rows; a row that is a text is ill-formed.
        names: The columns that the files have.
    """

    def __init__(self, folder: Path, files: dict[str, Sequence[Texts | str]], names: Sequence[str]) -> None:
        self.lake = open_lake(str(folder / "lake"))
        entries = [entry(path, rows=len(rows)) for path, rows in files.items()]
        with self.lake.writer(DATASET) as writer:
            for number, rows in enumerate(files.values()):
                writer.write_file(batches(rows, names, number))
            parts = writer.publish("load", "2020-01-01")
        load_id = load_id_of(DATASET, [(one.path, one.sha256) for one in entries])
        rows = sum(one.rows for one in entries)
        self.manifest = Manifest(load_id=load_id, dataset=DATASET, files=tuple(entries), parts=parts, rows=rows)

    def caster(self, *columns: Column, **options: Any) -> Caster:  # noqa: ANN401 - as the caster has them
        """A caster of this load for these columns."""
        return Caster(declared(*columns), self.manifest, self.lake.parts(self.manifest), **options)


def entry(path: str, *, rows: int) -> FileEntry:
    return FileEntry(
        dataset=DATASET,
        path=path,
        sha256="0" * 64,
        size=1,
        modified_at=MOMENT,
        order_at=MOMENT,
        meaning="rows",
        rows=rows,
    )


def batches(rows: Sequence[Texts | str], names: Sequence[str], file: int) -> list[pa.RecordBatch]:
    """The rows as the lake has them; row n begins in line 10 n."""
    schema = raw_schema(names)
    good = [(number, row) for number, row in enumerate(rows, 1) if not isinstance(row, str)]
    bad = [(number, 10 * number, "ill-formed", row) for number, row in enumerate(rows, 1) if isinstance(row, str)]
    cells = [pa.array([row[at] for _, row in good], pa.string()) for at in range(len(names))]
    numbers, lines = (pa.array([number * times for number, _ in good], pa.int64()) for times in (1, 10))
    made = [well_formed(cells, schema, file=file, rows=numbers, lines=lines)] if good else []
    return [*made, *([ill_formed(bad, schema, file=file)] if bad else [])]

"""The rows of many files into the parts of one load."""

from typing import TYPE_CHECKING, Final, Self

from etl_assets.lake.other_types import OtherTypes
from etl_assets.lake.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    import pyarrow as pa

    from etl_assets.lake.manifest import PartEntry
    from etl_assets.lake.storage import Storage

HELD_BYTES: Final = 8 * 1024 * 1024
"""A file with more rows than this gets parts of its own; smaller ones share."""


class LoadWriter:
    """Writes files one after the other; a file whose reading fails half-way leaves no row behind.

    A context: what is not published at its end is dropped.

    Args:
        storage: Where they go.
        folder: The folder of keys; rows go to its ``data/``.
    """

    def __init__(self, storage: "Storage", folder: str) -> None:
        """Nothing is written yet."""
        self._storage = storage
        self._folder = folder
        self._shared = Parts(storage)
        self._types: dict[str, pa.DataType] = {}

    def write_file(self, batches: "Iterable[pa.RecordBatch]") -> int:
        """Take a file's rows; says how many. Whatever the batches raise goes on to the caller, and no row is kept.

        Raises:
            OtherTypes: When a load cannot have it beside the files that it has; no row is kept.
        """
        file = _FileRows(self._storage)
        types = dict(self._types)
        try:
            for batch in batches:
                _add_types(types, batch)
                file.add(batch)
        except BaseException:
            file.drop()
            raise
        file.move_to(self._shared)
        self._types = types
        return file.rows

    def publish(self, load_id: str, day: str) -> "tuple[PartEntry, ...]":
        """Make the rows durable; they exist only once a manifest names them."""
        return self._shared.publish(f"{self._folder}/data/{day}/{load_id}")

    def __enter__(self) -> Self:
        """Open for writing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Drop what was not published."""
        self._shared.drop()


def _add_types(types: "dict[str, pa.DataType]", batch: "pa.RecordBatch") -> None:
    for field in batch.schema:
        if types.setdefault(field.name, field.type) != field.type:
            raise OtherTypes(field.name)


class _FileRows:
    """The rows of one file: held in memory while they are few, else in parts of its own."""

    def __init__(self, storage: "Storage") -> None:
        self.rows = 0
        self._own = Parts(storage)
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0

    def add(self, batch: "pa.RecordBatch") -> None:
        self.rows += batch.num_rows
        self._held.append(batch)
        self._held_bytes += batch.nbytes
        if self._held_bytes > HELD_BYTES or not self._own.is_empty:
            self._pour(self._own)

    def drop(self) -> None:
        self._held.clear()
        self._own.drop()

    def move_to(self, shared: Parts) -> None:
        if self._own.is_empty:
            self._pour(shared)
        else:
            self._pour(self._own)
            shared.add_all(self._own)

    def _pour(self, parts: Parts) -> None:
        for batch in self._held:
            parts.add(batch)
        self._held.clear()

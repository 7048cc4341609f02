"""The rows of a query out of PostgreSQL by COPY, a block at a time.

libpq gives a row a message, so a block holds whole records, however long one is. One thread reads ahead while another
parses; eight blocks are held at most.
"""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from select import POLLIN, poll
from typing import TYPE_CHECKING, Final

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg.pq import ConnStatus, ExecStatus  # noqa: TID253 - as above

from etl_assets.connectors.database.cells import fitting, typed

if TYPE_CHECKING:
    from concurrent.futures import Future

    from psycopg.pq.abc import PGresult

    from etl_assets.connectors.database.watchdog import Watchdog

BLOCK_BYTES: Final = 1024 * 1024
_AHEAD: Final = 8
_STOP_SECONDS: Final = 10.0


class _Copying:
    """A COPY that runs. It waits at the socket itself: psycopg's own calls keep Python from doing anything else."""

    def __init__(self, connection: "psycopg.Connection", query: str, watchdog: "Watchdog") -> None:
        self._whole = connection
        self._connection = connection.pgconn
        self._watchdog = watchdog
        self._socket = poll()
        self._socket.register(connection.fileno(), POLLIN)
        self.is_done = False
        with watchdog.waiting():
            self._connection.send_query(query.encode())
            self._expect(ExecStatus.COPY_OUT, self._result())

    def block(self) -> bytes:
        """The next records; none at the end."""
        block = bytearray()
        next_row, watchdog = self._connection.get_copy_data, self._watchdog
        with watchdog.waiting():
            while not self.is_done and len(block) < BLOCK_BYTES:
                size, row = next_row(1)
                if size > 0:
                    block += row
                    watchdog.moved += 1
                elif size == 0:
                    self._wait()
                else:
                    self._finish()
        return bytes(block)

    def stop(self) -> None:
        """Have the server end it, and take what it has sent until then: the connection can be used afterwards."""
        if self._watchdog.bitten_after is None and self._connection.status == ConnStatus.OK:
            with suppress(psycopg.Error):
                self._whole.cancel_safe(timeout=_STOP_SECONDS)
                while self.block():
                    pass
        if not self.is_done:
            self._watchdog.bite()

    def _wait(self) -> None:
        self._socket.poll()
        self._connection.consume_input()

    def _result(self) -> "PGresult | None":
        while self._connection.is_busy():
            self._wait()
        return self._connection.get_result()

    def _finish(self) -> None:
        while result := self._result():
            self._expect(ExecStatus.COMMAND_OK, result)
        self.is_done = True

    def _expect(self, status: ExecStatus, result: "PGresult | None") -> None:
        if result and result.status != status:
            self.is_done = True
            while self._result():
                pass
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))


def copied(
    connection: "psycopg.Connection", query: str, schema: pa.Schema, watchdog: "Watchdog"
) -> Generator[pa.RecordBatch]:
    """The rows of a query.

    Args:
        connection: In a transaction.
        query: It gives the columns of the schema, but for the last two.
        schema: As ``cells.lake_schema`` gives it.
        watchdog: That of the connection.
    """
    copying = _Copying(connection, f"copy ({query}) to stdout (format csv)", watchdog)
    with ThreadPoolExecutor(1, "copy") as thread:
        ahead: deque[Future[bytes]] = deque(thread.submit(copying.block) for _ in range(_AHEAD))
        try:
            while block := ahead.popleft().result():
                ahead.append(thread.submit(copying.block))
                yield from _parsed(block, schema)
        finally:
            if not copying.is_done:
                wait(ahead)
                copying.stop()


def _parsed(block: bytes, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    fields = list(schema)[:-2]
    try:
        for batch in _read(block, {field.name: field.type for field in fields}):
            yield fitting(batch.columns, schema)
    except pa.ArrowInvalid:
        for batch in _read(block, {field.name: pa.string() for field in fields}):
            yield typed(batch.columns, schema)


def _read(block: bytes, types: dict[str, pa.DataType]) -> list[pa.RecordBatch]:
    return pa_csv.read_csv(
        pa.BufferReader(block),
        read_options=pa_csv.ReadOptions(column_names=[*types], use_threads=False, block_size=len(block) + 1),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pa_csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    ).to_batches()

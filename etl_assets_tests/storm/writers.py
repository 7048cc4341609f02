"""The writers of a storm: quick ones that commit at once or after a pause, slow ones that are always in a transaction.

Rows are stamped by the server's clock when they are written, not when they are committed, as an application does it.
"""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import psycopg

from etl_assets_tests.storm.record import Row, Version, Written
from etl_assets_tests.storm.weather import Weather

_NOW: Final = "date_trunc('milliseconds', clock_timestamp() at time zone 'utc')"
_INSERT: Final = f"""
insert into sales_order
values (%s, {_NOW}, {_NOW}, %s, %s, %s, %s, %s, 1, '2025-01-31', '2025-01-31', 1)
returning *, pg_current_xact_id()::text
"""
_UPDATE: Final = f"""
update sales_order set units_sold = units_sold + 1, last_updated = {_NOW} where sales_order_id = %s
returning *, pg_current_xact_id()::text
"""
_SILENT: Final = """
update sales_order set units_sold = units_sold + 1 where sales_order_id = %s
returning *, pg_current_xact_id()::text
"""
_DELETE: Final = "delete from sales_order where sales_order_id = %s returning *, pg_current_xact_id()::text"
_FIRST_KEY: Final = 1_000_000
_OF: Final = 10


class Writer(threading.Thread, ABC):
    """A writer with a connection and keys of its own."""

    def __init__(self, url: str, weather: Weather, place: int, *, begun: threading.Barrier) -> None:
        super().__init__(daemon=True, name=f"writer {place}")
        self.is_over = threading.Event()
        self.written: list[Written] = []
        self.failure: BaseException | None = None
        self._url, self._weather, self._begun = url, weather, begun
        self._chance = random.Random(weather.seed * 1_000 + place)  # noqa: S311 - a storm, no secret
        self._next, self._step = _FIRST_KEY + place, weather.quick + weather.slow
        self._own: list[int] = []

    def run(self) -> None:
        """Write until it is over; what goes wrong is kept."""
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                self._begun.wait(60)
                self.blow(connection)
        except BaseException as failure:  # noqa: BLE001 - told by the record
            self.failure = failure
            self._begun.abort()

    @abstractmethod
    def blow(self, connection: psycopg.Connection[Any]) -> None:
        """Write; each kind of writer does it its way."""

    def _write(self, connection: psycopg.Connection[Any]) -> tuple[int, Version]:
        """One row more, changed or gone; gives the transaction's number too."""
        drawn = self._chance.random()
        deletes, updates = self._weather.deletes, self._weather.updates
        if not self._own or drawn >= updates + deletes:
            self._next += self._step
            self._own.append(self._next)
            numbers = [self._chance.randint(1, _OF) for _ in range(3)]
            price = Decimal(self._chance.randint(200, 400)) / 100
            values = (self._next, *numbers, self._chance.randint(1_000, 99_999), price)
            return _done(connection, "I", _INSERT, values, moved=True)
        place = self._chance.randrange(len(self._own))
        self._own[place], self._own[-1] = self._own[-1], self._own[place]
        if drawn < deletes:
            return _done(connection, "D", _DELETE, (self._own.pop(),), moved=False)
        is_silent = self._chance.random() < self._weather.silent
        return _done(connection, "U", _SILENT if is_silent else _UPDATE, (self._own[-1],), moved=not is_silent)


class Quick(Writer):
    """Commits at once, or after a pause, at the pace that the weather asks for."""

    def blow(self, connection: psycopg.Connection[Any]) -> None:
        """Write its share of the commits."""
        for _ in self._paced():
            if self._chance.random() < self._weather.pauses:
                with connection.transaction():
                    number, version = self._write(connection)
                    began = datetime.now(UTC)
                    time.sleep(self._chance.random() * self._weather.pause_seconds)
                    ended = datetime.now(UTC)
            else:
                began = ended = datetime.now(UTC)
                number, version = self._write(connection)
            self.written.append(Written(number, began, ended, (version,)))

    def _paced(self) -> Iterator[int]:
        count, start = self._weather.commits // self._weather.quick, time.monotonic()
        for place in range(count):
            wait = start + self._weather.seconds * place / count - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            yield place


class Slow(Writer):
    """Is always in a transaction: a few rows, each stamped as it is written, committed long after."""

    def blow(self, connection: psycopg.Connection[Any]) -> None:
        """Write until the quick ones are done."""
        while not self.is_over.is_set():
            self.written.append(self._long_one(connection))

    def _long_one(self, connection: psycopg.Connection[Any]) -> Written:
        versions: list[Version] = []
        with connection.transaction():
            number, version = self._write(connection)
            began = datetime.now(UTC)
            versions.append(version)
            rows = self._chance.randint(1, 4)
            for _ in range(rows):
                self.is_over.wait(self._chance.uniform(*self._weather.slow_seconds) / rows)
                versions.append(self._write(connection)[1])
            ended = datetime.now(UTC)
        return Written(number, began, ended, tuple(versions))


def _done(
    connection: psycopg.Connection[Any], operation: str, statement: str, values: Row, *, moved: bool
) -> tuple[int, Version]:
    found = connection.execute(statement.encode(), values, prepare=True).fetchone()
    if found is None:
        message = f"A row that its writer knows of is not there: {values[0]}."
        raise LookupError(message)
    *row, number = found
    return int(number), Version(operation, tuple(row), moved)

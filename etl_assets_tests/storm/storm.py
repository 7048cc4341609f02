"""A storm: writers that begin together, and what they committed."""

import threading
from typing import Self

from etl_assets_tests.storm.record import Record
from etl_assets_tests.storm.weather import Weather
from etl_assets_tests.storm.writers import Quick, Slow


class Storm:
    """Writers against the ``sales_order`` of a database that ``open_business`` made; each has rows of its own.

    Args:
        url: The database.
        weather: How hard.
    """

    def __init__(self, url: str, weather: Weather) -> None:
        self._begun = threading.Barrier(weather.quick + weather.slow)
        places = range(weather.quick + weather.slow)
        self._quick = [Quick(url, weather, place, begun=self._begun) for place in places[: weather.quick]]
        self._slow = [Slow(url, weather, place, begun=self._begun) for place in places[weather.quick :]]

    @property
    def blows(self) -> bool:
        """Whether quick writers still write."""
        return any(writer.is_alive() for writer in self._quick)

    @property
    def commits(self) -> int:
        """The commits up to now."""
        return sum(len(writer.written) for writer in (*self._quick, *self._slow))

    def __enter__(self) -> Self:
        """Begin; leaving it waits for the end."""
        for writer in (*self._quick, *self._slow):
            writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the quick writers, then let the slow ones commit their last."""
        for writer in self._quick:
            writer.join()
        for writer in self._slow:
            writer.is_over.set()
        for writer in self._slow:
            writer.join()

    def record(self) -> Record:
        """What was committed.

        Raises:
            BaseException: What ended a writer before its time.
        """
        failures = [writer.failure for writer in (*self._quick, *self._slow) if writer.failure]
        if failures:
            raise min(failures, key=lambda failure: isinstance(failure, threading.BrokenBarrierError))
        return Record(tuple(tuple(writer.written) for writer in (*self._quick, *self._slow)))

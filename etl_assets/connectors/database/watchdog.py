"""A connection on which nothing moves is ended. Keep-alives do not do it: a peer that answers them may be stuck."""

import os
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Final, Self

_LOOKS: Final = 8


class Watchdog:
    """Watches while somebody waits for the server, and shuts the socket when nothing has moved for too long.

    Args:
        socket_number: Gives the number of the connection's socket.
        seconds: How long is too long.
    """

    def __init__(self, socket_number: Callable[[], int], seconds: float) -> None:
        """Nothing is watched yet."""
        self.moved = 0
        self.bitten_after: float | None = None
        self._socket_number = socket_number
        self._seconds = seconds
        self._allowed = seconds
        self._is_waiting = False
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True, name="watchdog")

    @contextmanager
    def waiting(self, more_seconds: float = 0.0) -> Generator[None]:
        """A stretch in which the server has to say something. Whoever reads counts ``moved`` up.

        Args:
            more_seconds: How much longer than else it may be silent.
        """
        self.moved += 1
        self._allowed = self._seconds + more_seconds
        self._is_waiting = True
        try:
            yield
        finally:
            self._is_waiting = False

    def bite(self) -> None:
        """End the connection, whoever uses it."""
        with suppress(OSError), socket.socket(fileno=os.dup(self._socket_number())) as found:
            found.shutdown(socket.SHUT_RDWR)

    def _watch(self) -> None:
        seen, since = -1, monotonic()
        while not self._ended.wait(self._seconds / _LOOKS):
            if not self._is_waiting or self.moved != seen:
                seen, since = self.moved, monotonic()
            elif monotonic() - since >= self._allowed:
                self.bitten_after = self._allowed
                self.bite()
                return

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()

"""A small TCP proxy on 127.0.0.1 between a client and a server, which can stop passing bytes on and stay silent."""

import socket
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

_CHUNK: Final = 65_536


class Proxy:
    """Passes bytes on, both ways, until the server has sent so many to all clients together; then nothing.

    Args:
        port: The server's.
        falls_silent_after: So many bytes; None for never.
    """

    def __init__(self, port: int, *, falls_silent_after: int | None = None) -> None:
        self._server = port
        self._left = falls_silent_after
        self._ended = Event()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def hush(self) -> None:
        """Pass on nothing more of what the server says."""
        self._left = 0

    def __enter__(self) -> Self:
        """Begin to listen."""
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every connection."""
        self._ended.set()
        for each in [self._listener, *self._sockets]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._ended.is_set():
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self._sockets += [client, server]
                Thread(target=self._pass, args=(client, server, False), daemon=True).start()
                Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, start: socket.socket, end: socket.socket, is_counted: bool) -> None:  # noqa: FBT001 - a thread's
        with suppress(OSError):
            while data := start.recv(_CHUNK):
                if is_counted and self._left is not None:
                    self._left -= len(data)
                    if self._left < 0:
                        self._ended.wait()
                        return
                end.sendall(data)
            end.shutdown(socket.SHUT_WR)

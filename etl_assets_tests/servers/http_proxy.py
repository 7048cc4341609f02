"""A proxy on 127.0.0.1 between a client and an HTTP server, which does what a test tells it to some of the requests."""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import unquote

Kind = Literal["refused", "cut", "no reply", "odd body", "first"]
"""``refused``: the status and its error come in place of what was asked for, and the server sees nothing. ``cut``: half
of the reply's body comes, then the connection breaks. ``no reply``: the server does what it was asked to, and nobody
hears of it. ``odd body``: the status is 200 and the body is an error, and the server sees nothing. ``first``: something
else is done before the request is passed on."""

_ERROR: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>Injected.</Message></Error>'
_CODES: Final = {500: "InternalError", 503: "SlowDown", 403: "AccessDenied", 409: "ConditionalRequestConflict"}
_OF_A_HOP: Final = {"connection", "transfer-encoding", "content-length", "expect", "keep-alive"}


@dataclass
class Fault:
    """What goes wrong.

    Args:
        kind: How.
        method: Of the requests that it happens to.
        path: A piece of their path and query.
        times: How often.
        status: Of what is refused.
        act: What is done first.
        happened: How often it has.
    """

    kind: Kind
    method: str
    path: str
    times: int = 1
    status: int = 500
    act: Callable[[], object] | None = None
    happened: int = 0

    def takes(self, method: str, path: str) -> bool:
        """Whether it happens to a request."""
        return self.happened < self.times and method == self.method and self.path in unquote(path)


@dataclass
class HttpProxy:
    """Passes requests on; a context.

    Args:
        port: The server's.
        faults: What goes wrong, looked at for each request.
        asked: Every request so far, as ``PUT /bucket/key``.
    """

    port: int
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    _lock: Lock = field(default_factory=Lock)

    def taken(self, method: str, path: str) -> Fault | None:
        """What goes wrong with a request; it counts as happened."""
        with self._lock:
            self.asked.append(f"{method} {unquote(path)}")
            fault = next((one for one in self.faults if one.takes(method, path)), None)
            if fault:
                fault.happened += 1
            return fault

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that go away."""

    daemon_threads = True

    def __init__(self, proxy: HttpProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Go on."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        """Whatever the method is."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._pass()
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def _pass(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.proxy.taken(self.command, self.path)
        if fault and fault.kind in {"refused", "odd body"}:
            status = 200 if fault.kind == "odd body" else fault.status
            self._say(status, {"Content-Type": "application/xml"}, _ERROR.format(_CODES[fault.status]).encode())
            return
        if fault and fault.act:
            fault.act()
        status, headers, said, length = self._asked(self.server.proxy.port, body)
        if fault and fault.kind == "no reply":
            self._break()
        elif fault and fault.kind == "cut":
            self._say(status, headers, said[: len(said) // 2], length=length)
            self._break()
        else:
            self._say(status, headers, said, length=length)

    def _asked(self, port: int, body: bytes) -> tuple[int, dict[str, str], bytes, str]:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_A_HOP}
        try:
            connection.request(self.command, self.path, body, {**headers, "Content-Length": str(len(body))})
            reply = connection.getresponse()
            said = reply.read()
            kept = {name: value for name, value in reply.getheaders() if name.lower() not in _OF_A_HOP}
            return reply.status, kept, said, reply.getheader("Content-Length") or str(len(said))
        finally:
            connection.close()

    def _say(self, status: int, headers: dict[str, str], body: bytes, *, length: str | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": length or str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _break(self) -> None:
        """Reset the connection, as a machine does that is gone."""
        with suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

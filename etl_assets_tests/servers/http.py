"""A real HTTP server of one's own that answers as it is told, one answer after the other; the last one stands."""

import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request gets.

    Args:
        status: Of HTTP.
        body: All of it.
        headers: Beside the length, or in its place.
        silent_seconds: How long nothing comes before it.
        drip_seconds: How long each byte takes.
        cut: How many bytes are sent at most, before the connection ends.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silent_seconds: float = 0
    drip_seconds: float = 0
    cut: int | None = None


@dataclass
class HttpServer:
    """A running server.

    Args:
        url: Its address.
        answers: What it says, in this order.
        asked: What it was asked so far.
    """

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def next(self, path: str) -> Answer:
        """What a request gets."""
        self.asked.append(path)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


class _Quiet(ThreadingHTTPServer):
    """Says nothing of clients that go away."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Go on."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Generator[HttpServer]:
    """A server on this machine, by HTTPS where there is a context for it."""
    told = HttpServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = told.next(self.path)
            time.sleep(answer.silent_seconds)
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            body = answer.body[: answer.cut]
            for place in range(0, len(body), 1 if answer.drip_seconds else len(body)):
                time.sleep(answer.drip_seconds)
                self.wfile.write(body[place : place + 1] if answer.drip_seconds else body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Say nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()

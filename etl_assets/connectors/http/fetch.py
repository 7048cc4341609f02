"""A small document over HTTP: with an end to its time and its size, from the one host that was asked, or not at all.

Redirects are not followed, compressed answers are refused, proxies of the environment are not used. What may pass by
itself (no address for now, no connection, a time-out, a body cut short, 429, 5xx) is tried again after a while;
everything else fails.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from secrets import SystemRandom
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from etl_assets.errors import SourceError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_OK: Final = 200
_BUSY: Final = 429
_SERVER: Final = range(500, 600)
_MOVED: Final = range(300, 400)
_CHUNK: Final = 64 * 1024
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "etl-assets"}
_NO_ADDRESS: Final = "nobody who knows its address has answered"
_LATER: Final = "It is tried again in the next run."


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long and how often.

    Args:
        attempts: How often at most.
        connect_seconds: Until a connection stands.
        read_seconds: Between two pieces of the answer.
        total_seconds: For all attempts and the waiting between them.
        first_wait: The longest wait after the first attempt; it doubles with each. How long it really is, chance says.
        longest_wait: What it doubles up to.
        max_bytes: How large an answer may be.
    """

    attempts: int = 4
    connect_seconds: float = 5
    read_seconds: float = 10
    total_seconds: float = 60
    first_wait: float = 1
    longest_wait: float = 10
    max_bytes: int = 1024 * 1024


LookUp = Callable[[str], set[str]]


class _Passing(Exception):
    """What may pass by itself."""


class _NoAddressYet(SourceError):
    """A host whose address is not known for now."""


def addresses_of(host: str) -> set[str]:
    """The addresses of a host.

    Raises:
        OSError: When there are none; ``socket.EAI_AGAIN`` is its number when there may be later.
    """
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}


def fetch(
    url: str,
    patience: Patience | None = None,
    *,
    wait: Callable[[float], object] = sleep,
    look_up: LookUp = addresses_of,
) -> bytes:
    """The body of the answer to a GET.

    Args:
        url: ``https://…``, or ``http://…`` on this machine.
        patience: How long and how often.
        wait: Waits so many seconds.
        look_up: Gives the addresses of a host, as ``addresses_of``.

    Raises:
        SourceError: When there is none; the message shows no secret.
    """
    allowed = patience or Patience()
    end = monotonic() + allowed.total_seconds
    longest = allowed.first_wait
    for attempt in range(1, allowed.attempts + 1):
        try:
            refuse_address(url, look_up)
            return _answered(url, allowed, end)
        except (_Passing, _NoAddressYet) as error:
            pause = SystemRandom().uniform(0, longest)
            if attempt == allowed.attempts or monotonic() + pause > end:
                reason = _NO_ADDRESS if isinstance(error, _NoAddressYet) else error
                message = f"{shown_host(url)} could not be fetched in {attempt} attempts: {reason}."
                raise SourceError(message, mend=_LATER) from error
            wait(pause)
            longest = min(longest * 2, allowed.longest_wait)
    raise AssertionError


def refuse_address(url: str, look_up: LookUp = addresses_of) -> None:
    """See that a URL is one that may be fetched: a public host by HTTPS, or this machine where it is named so.

    Raises:
        SourceError: When it is not.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_local = _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        message = f"{shown_host(url)} is not fetched: only https is, and http on this machine."
        raise SourceError(message, mend="Give an https URL.")
    for address in _addresses(url, host, look_up):
        found = ipaddress.ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        is_own = found.is_loopback and not is_local
        if is_own or found.is_link_local or found.is_multicast or found.is_unspecified:
            message = f"{shown_host(url)} is not fetched: {host} is the address {found}."
            raise SourceError(message, mend="Give the URL of a host in the network.")


def shown_host(url: str) -> str:
    """Where a URL leads, fit for messages: in the rest of it a key may stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(url: str, host: str, look_up: LookUp) -> set[str]:
    try:
        return look_up(host)
    except (OSError, UnicodeError) as error:
        message = f"{shown_host(url)} has a host that is not known: {host!r}."
        is_for_now = isinstance(error, OSError) and error.errno == socket.EAI_AGAIN
        raise (_NoAddressYet if is_for_now else SourceError)(message, mend=_LATER) from error


def _answered(url: str, allowed: Patience, end: float) -> bytes:
    """One attempt."""
    import urllib3  # noqa: PLC0415 - slow to import

    left = end - monotonic()
    timeout = urllib3.Timeout(
        connect=max(min(allowed.connect_seconds, left), 0.001), read=max(min(allowed.read_seconds, left), 0.001)
    )
    with urllib3.PoolManager(cert_reqs="CERT_REQUIRED", retries=False, timeout=timeout) as pool:
        try:
            answer = pool.request("GET", url, headers=_HEADERS, redirect=False, preload_content=False)
            try:
                _refuse_status(url, answer)
                return _body(url, answer, allowed, end)
            finally:
                answer.close()
        except urllib3.exceptions.SSLError as error:
            message = f"{shown_host(url)} has no certificate that can be trusted."
            raise SourceError(message, mend="Correct the URL or the server.") from error
        except urllib3.exceptions.HTTPError as error:
            raise _Passing(_named(error)) from error


def _named(error: Exception) -> str:
    """What went wrong, without the address, which may hold a secret."""
    return {
        "NewConnectionError": "no connection",
        "ConnectTimeoutError": "no connection in time",
        "ReadTimeoutError": "no answer in time",
        "ProtocolError": "a connection that broke, or an answer that was cut short",
    }.get(type(error).__name__, "a broken connection")


def _refuse_status(url: str, answer: "BaseHTTPResponse") -> None:
    """See that an answer is one, and not compressed."""
    status = answer.status
    if status == _BUSY or status in _SERVER:
        message = f"status {status}"
        raise _Passing(message)
    if status in _MOVED:
        message = f"{shown_host(url)} redirects (status {status}), which is not followed."
        raise SourceError(message, mend="Give the URL that it leads to, if that is to be trusted.")
    if status != _OK:
        message = f"{shown_host(url)} answers with status {status}."
        raise SourceError(message, mend="Correct the URL, or ask whoever runs the server.")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        message = f"{shown_host(url)} answers compressed, though it was asked not to."
        raise SourceError(message, mend="Ask whoever runs the server.")


def _body(url: str, answer: "BaseHTTPResponse", allowed: Patience, end: float) -> bytes:
    """The body; urllib3 itself compares its length with what the answer said."""
    text = b""
    while piece := answer.read1(_CHUNK):
        text += piece
        if len(text) > allowed.max_bytes:
            message = f"{shown_host(url)} answers with more than {allowed.max_bytes:,} bytes."
            raise SourceError(message, mend="Correct the URL: the document should be small.")
        if monotonic() > end:
            message = "no end of the answer in time"
            raise _Passing(message)
    return text

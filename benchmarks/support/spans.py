"""Seconds by what is being done; a second counts once, for the innermost."""

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from threading import get_ident
from time import perf_counter
from types import TracebackType
from typing import Any


class Spans:
    """The seconds of the thread that makes it."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = perf_counter()
        self._thread = get_ident()

    @property
    def innermost(self) -> str:
        """What counts now; empty for nothing, or in another thread."""
        return self._open[-1] if self._open and get_ident() == self._thread else ""

    @contextmanager
    def of(self, name: str) -> Generator[None]:
        """A stretch that counts for a name, but for what is within and has another."""
        if get_ident() != self._thread:
            yield
            return
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = perf_counter()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def watch(self, owner: object, names: str, span: str) -> None:
        """Let functions of a module or a class, by their names, count for a span from now on."""
        for name in names.split():
            setattr(owner, name, self._timed(getattr(owner, name), span))

    def watch_ends(self, owner: object, names: str, span: str) -> None:
        """Let the beginning and the end of what functions open count for a span, and not what is done within."""
        for name in names.split():
            setattr(owner, name, self._with_ends(getattr(owner, name), span))

    def _timed(self, function: Callable[..., Any], span: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the function
            if self.innermost == span:
                return function(*given, **named)
            with self.of(span):
                return function(*given, **named)

        return timed

    def _with_ends(self, function: Callable[..., Any], span: str) -> Callable[..., Any]:
        @wraps(function)
        def opened(*given: Any, **named: Any) -> "_Ends":  # noqa: ANN401 - as the function
            return _Ends(self, function(*given, **named), span)

        return opened


class _Ends:
    """A context manager whose beginning and end are timed."""

    def __init__(self, spans: Spans, manager: AbstractContextManager[Any], span: str) -> None:
        self._spans = spans
        self._manager = manager
        self._span = span

    def __enter__(self) -> Any:  # noqa: ANN401 - as the manager
        with self._spans.of(self._span):
            return self._manager.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with self._spans.of(self._span):
            return self._manager.__exit__(kind, error, trace)

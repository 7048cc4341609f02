"""Where a delivery's seconds go: every statement of the engine timed, by the file that it stands in."""

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any, Final

from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.engines.base import Session

_METHODS: Final = ("do", "ask", "run", "rows", "load", "analyze")
_WORDS: Final = 4


class Statements:
    """Seconds by step and statement; watches every session of this process from now on.

    Args:
        engine: The class of the engine that is used.
    """

    def __init__(self, engine: type[Engine]) -> None:
        self.seconds: dict[str, float] = {}
        self._step = "load"
        self._is_inside = False
        module = __import__(engine.__module__, fromlist=["*"])
        classes = [found for found in vars(module).values() if isinstance(found, type) and issubclass(found, Session)]
        for session in classes:
            for name in _METHODS:
                if name in vars(session):
                    setattr(session, name, self._timed(name, getattr(session, name)))

    def turn(self, step: str) -> None:
        """From now on it is another step's statements."""
        self._step = step

    def _timed(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def timed(session: Session, text: str, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - as the method
            if self._is_inside:
                return method(session, text, *more, **named)
            self._is_inside, started = True, perf_counter()
            try:
                return method(session, text, *more, **named)
            finally:
                self._is_inside = False
                label = f"{self._step}: {name} {' '.join(text.split()[:_WORDS])}"
                self.seconds[label] = self.seconds.get(label, 0) + perf_counter() - started

        return timed

"""What a run gave, kept as JSON, so that no figure is ever typed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Self

from benchmarks.extract.lives import Step


@dataclass(frozen=True, kw_only=True)
class Run:
    """The steps of lives of one size, medians.

    Args:
        about: The command, the machine, the versions and ``orders``.
        steps: In the order in which they were done.
    """

    about: dict[str, Any]
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, about: dict[str, Any], lives: Sequence[Sequence[Step]]) -> Self:
        """The medians of several lives alike."""
        return cls(about=about, steps=tuple(_median(alike) for alike in zip(*lives, strict=True)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """What ``write`` has written."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(about=found["about"], steps=tuple(Step(**step) for step in found["steps"]))

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    def step(self, what: str) -> Step | None:
        """The step of a name."""
        return next((step for step in self.steps if step.what == what), None)


def _median(alike: Sequence[Step]) -> Step:
    seconds, peak = (median(getattr(step, name) for step in alike) for name in ("seconds", "peak_mb"))
    return replace(alike[0], seconds=seconds, peak_mb=peak)

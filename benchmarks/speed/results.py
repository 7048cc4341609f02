"""What was measured: kept as JSON, so that no figure is ever typed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One delivery by one way, or the median of several alike.

    Args:
        case: The delivery's.
        engine: ``duckdb`` or ``postgres``.
        way: Whose work it is.
        rows: Rows in the file.
        steps: Seconds of ``extract``, ``load`` and ``build``, as far as the way has them.
        process: Seconds of the whole process.
        peak_mb: Its greatest memory; that of a database server is not in it.
        bytes: What each table takes afterwards.
        statements: Seconds by statement.
        is_cut: Whether it was ended before its time: its seconds are a limit, and its memory is not known.
        cpu: Seconds of all its processors, where they are kept.
    """

    case: str
    engine: str
    way: str
    rows: int
    steps: dict[str, float]
    process: float
    peak_mb: float
    bytes: dict[str, int] = field(default_factory=dict)
    statements: dict[str, float] = field(default_factory=dict)
    is_cut: bool = False
    cpu: float = 0.0

    @property
    def tool(self) -> float:
        """Seconds inside: from the table of staged rows to the dimension for the others, from the lake for ours."""
        return self.steps["build"] + (self.steps["load"] if "extract" in self.steps else 0)

    @property
    def whole(self) -> float:
        """Seconds of all steps, from the file to the dimension."""
        return sum(self.steps.values())


@dataclass
class Results:
    """A run of the benchmarks.

    Args:
        about: The command, the machine and the versions.
        measurements: Medians, in the order of the run.
    """

    about: dict[str, Any]
    measurements: list[Measurement]

    def of(self, case: str, engine: str) -> list[Measurement]:
        """Every way's measurement of a case."""
        return [each for each in self.measurements if (each.case, each.engine) == (case, engine)]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Cases with their engines."""
        return list(dict.fromkeys((each.case, each.engine) for each in self.measurements))

    @classmethod
    def read(cls, path: Path) -> Self:
        """What a run has written."""
        known = json.loads(path.read_text(encoding="utf-8"))
        return cls(known["about"], [Measurement(**each) for each in known["measurements"]])

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def medians(measurements: Iterable[Measurement]) -> list[Measurement]:
    """One measurement for those of the same case, engine and way."""
    alike: dict[tuple[str, str, str], list[Measurement]] = {}
    for each in measurements:
        alike.setdefault((each.case, each.engine, each.way), []).append(each)
    return [_median(several) for several in alike.values()]


def _median(several: Sequence[Measurement]) -> Measurement:
    first = asdict(several[0])
    middle = {name: median(getattr(each, name) for each in several) for name in ("process", "peak_mb", "cpu")}
    for name in ("steps", "statements"):
        middle[name] = {key: median(getattr(each, name).get(key, 0.0) for each in several) for key in first[name]}
    return Measurement(**(first | middle))

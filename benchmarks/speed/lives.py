"""What is delivered, and what has to be there afterwards. A life is the deliveries to one warehouse, in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from benchmarks.speed.data import START, anywhere, customers, some, visits, write

Meaning = Literal["changes", "snapshots", "visits"]
_DAY: Final = 86_400
SHARE: Final = 0.01
_FEW: Final = 5
_MANY: Final = 100


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file.

    Args:
        case: The case whose figures it gives; one that starts with ``_`` prepares another.
        path: The file's, below the warehouse's landing folder.
        meaning: What its rows say.
        rows: How many it has.
        versions: How many versions the dimension has when it has come.
        visits: How many facts there are then.
        moved: How many facts it makes point elsewhere.
    """

    case: str
    path: str
    meaning: Meaning
    rows: int
    versions: int
    visits: int = 0
    moved: int = 0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a life is.

    Args:
        keys: How many keys, or versions where facts come.
        facts: How many facts.
        share: Of the keys that change.
    """

    keys: int
    facts: int = 0
    share: float = SHARE


Life = Callable[[Path, Size], list[Delivery]]
"""Writes the files of a life into a folder."""


def changes(folder: Path, size: Size) -> list[Delivery]:
    """Every key's first row; a share of them changed; that file again under another name."""
    keys = size.keys
    everyone, changed = np.arange(keys), some(keys, size.share)
    first = customers(everyone, everyone * 0, everyone * 0 + START)
    second = customers(changed, changed * 0 + 1, changed * 0 + START + _DAY)
    asked = [("initial", first, keys), ("changes", second, keys + len(changed)), ("noop", second, keys + len(changed))]
    return [
        Delivery(case=case, path=path, meaning="changes", rows=write(table, folder / path), versions=versions)
        for number, (case, table, versions) in enumerate(asked)
        for path in [f"changes/{number}.csv"]
    ]


def snapshots(folder: Path, size: Size) -> list[Delivery]:
    """Every key; every key, a share of them changed; the same on the next day."""
    keys = size.keys
    everyone = np.arange(keys)
    changed = np.isin(everyone, some(keys, size.share)).astype(np.int64)
    after = keys + int(changed.sum())
    asked = [("first_snapshot", everyone * 0, keys), ("snapshot", changed, after), ("same_snapshot", changed, after)]
    found: list[Delivery] = []
    for day, (case, generation, versions) in enumerate(asked, start=1):
        path = f"snapshots/2024-01-{day:02}.csv"
        rows = write(customers(everyone, generation), folder / path)
        found.append(Delivery(case=case, path=path, meaning="snapshots", rows=rows, versions=versions))
    return found


def few_versions(folder: Path, size: Size) -> list[Delivery]:
    """Keys with five versions each, facts at any time, and a late change of a share of the keys."""
    facts = size.facts
    dimension, fact = _history(folder, size, per_key=_FEW)
    late = some(dimension.versions // _FEW, size.share)
    at = START + 2 * _DAY + _DAY // 2
    keys, times = _visited(dimension.versions // _FEW, facts, _FEW)
    moved = np.isin(keys, late) & (times >= at) & (times < START + 3 * _DAY)
    rows = write(customers(late, late * 0 + 1000, late * 0 + at), folder / "changes" / "late.csv")
    repoint = Delivery(
        case="repoint",
        path="changes/late.csv",
        meaning="changes",
        rows=rows,
        versions=dimension.versions + rows,
        visits=facts,
        moved=int(moved.sum()),
    )
    return [dimension, fact, repoint]


def many_versions(folder: Path, size: Size) -> list[Delivery]:
    """Keys with a hundred versions each, and facts at any time."""
    return _history(folder, size, per_key=_MANY)


def _history(folder: Path, size: Size, *, per_key: int) -> list[Delivery]:
    keys, facts = max(1, size.keys // per_key), size.facts
    key, generation = np.repeat(np.arange(keys), per_key), np.tile(np.arange(per_key), keys)
    history, visited = f"changes/{per_key}.csv", f"visits/{per_key}.csv"
    rows = write(customers(key, generation, START + generation * _DAY), folder / history)
    write(visits(*_visited(keys, facts, per_key)), folder / visited)
    return [
        Delivery(case=f"_history_{per_key}", path=history, meaning="changes", rows=rows, versions=rows),
        Delivery(case=f"facts_{per_key}", path=visited, meaning="visits", rows=facts, versions=rows, visits=facts),
    ]


def _visited(keys: int, facts: int, per_key: int) -> Sequence[np.ndarray]:
    return anywhere(facts, (0, keys), (START, START + per_key * _DAY))


LIVES: Final[dict[str, tuple[Life, tuple[str, ...]]]] = {
    "changes": (changes, ("initial", "changes", "noop")),
    "snapshots": (snapshots, ("first_snapshot", "snapshot", "same_snapshot")),
    "few_versions": (few_versions, ("facts_5", "repoint")),
    "many_versions": (many_versions, ("facts_100",)),
}
"""By name what writes a life, and the cases that it gives figures for."""
CASES: Final = tuple(case for _, cases in LIVES.values() for case in cases)

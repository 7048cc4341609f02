"""Whether what a tool gives is the right history.

A tool is right when it has the same versions: the same values in the same order, with the same ends. Then it answers
every question "what was this key at that time?" as it should.

Some tools stamp a version with the time of the run that first saw it, not with the time from which it held. They are
not asked about times that they do not know: an end of a version is also taken as right, "at run times", when it is the
stamp of a run that told of the right time. So the questions are asked at the runs' stamps. A version, or a gap, that
began and ended between two runs has no such stamps, nor has a late one that lies before what is known; there a tool is
wrong. This project is held to the right times alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from benchmarks.history.ours import Outcome
from benchmarks.history.scenario import OPEN, Key, Scenario, Values, Version
from benchmarks.history.sources import stamps

Kind = Literal["right", "right at run times", "wrong", "not offered"]
_EVE: Final = datetime.fromisoformat("2023-12-31")
_MONTH: Final = timedelta(days=31)


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a tool in a scenario.

    Args:
        kind: The word for it.
        gave: What it gave, where that was wrong.
    """

    kind: Kind
    gave: str = ""


def judged(scenario: Scenario, given: Iterable[Version], errors: Sequence[str] = ()) -> Verdict:
    """Judge the versions that a tool gives.

    Args:
        scenario: What came.
        given: The tool's versions.
        errors: What it raised on the way; no fault by itself, but told where the versions are wrong.
    """
    wanted, had = by_key(scenario.versions), by_key(given)
    kinds: set[Kind] = {"wrong"}
    if wanted.keys() == had.keys():
        kinds = {_compared(wanted[key], had[key], stamps(scenario)) for key in wanted}
    if "wrong" in kinds:
        return Verdict("wrong", "; ".join([*(f"error: {error}" for error in errors[:1]), told(had)]))
    return Verdict("right at run times" if "right at run times" in kinds else "right")


def judged_ours(scenario: Scenario, outcome: Outcome) -> Verdict:
    """Judge this project's own tables, by the right times alone, and all else that a scenario says."""
    wanted = Outcome(
        versions=tuple(version for versions in by_key(scenario.versions).values() for version in versions),
        inferred=scenario.inferred,
        points=dict(scenario.points),
        refused=tuple(batch.refused for batch in scenario.batches),
        repointed=tuple(batch.repointed for batch in scenario.batches),
        quarantined=scenario.quarantined,
        rewritten=0,
    )
    wrong = {name: given for name, given in asdict(outcome).items() if given != asdict(wanted)[name]}
    if "versions" in wrong:
        wrong["versions"] = told(by_key(outcome.versions))
    gave = "; ".join(f"{name}: {given}" for name, given in wrong.items())
    return Verdict("wrong", gave) if wrong else Verdict("right")


def by_key(versions: Iterable[Version]) -> dict[Key, list[Version]]:
    """Versions of each key, in order of time."""
    found: defaultdict[Key, list[Version]] = defaultdict(list)
    for version in sorted(versions, key=_place):
        found[version.key].append(version)
    return dict(found)


def told(versions: Mapping[Key, Sequence[Version]]) -> str:
    """Versions in a line, as ``a: A 1 to 5, B from 5``, a time as its day of January 2024 where it can be."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for key, found in versions.items():
        alike[", ".join(map(_told, found))].append(_cells(key))
    return "; ".join(f"{', '.join(keys)}: {found}" for found, keys in alike.items()) or "nothing"


def _compared(wanted: Sequence[Version], had: Sequence[Version], runs: Mapping[datetime, set[datetime]]) -> Kind:
    if [each.values for each in wanted] != [each.values for each in had] or _gaps(wanted) != _gaps(had):
        return "wrong"
    ends = [
        pair
        for right, given in zip(wanted, had, strict=True)
        for pair in ((right.valid_from, given.valid_from), (right.valid_to, given.valid_to))
    ]
    if any(given != right and given not in runs.get(right, set()) for right, given in ends):
        return "wrong"
    return "right" if all(given == right for right, given in ends) else "right at run times"


def _gaps(versions: Sequence[Version]) -> list[bool]:
    return [one.valid_to < following.valid_from for one, following in pairwise(versions)]


def _place(version: Version) -> tuple[list[str], datetime, datetime, list[str]]:
    return list(map(str, version.key)), version.valid_from, version.valid_to, list(map(str, version.values))


def _told(version: Version) -> str:
    what, start = _cells(version.values), _time(version.valid_from)
    return f"{what} from {start}" if version.valid_to == OPEN else f"{what} {start} to {_time(version.valid_to)}"


def _cells(cells: Key | Values) -> str:
    return "/".join("NULL" if cell is None else cell.replace(" ", "␠") for cell in cells)


def _time(time: datetime) -> str:
    since = time - _EVE
    if not timedelta() < since <= _MONTH:
        return str(time)
    return f"{since.days}" if since == timedelta(days=since.days) else f"{since.days} {time.time()}"

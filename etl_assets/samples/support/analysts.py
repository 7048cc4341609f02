"""Who works in the department: people come, go, change their team and learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from etl_assets.samples.chance import Chance
from etl_assets.samples.support.story import FOUNDED, HANDOVER, Story, new_year

_TEAMS: Final = ("Team1", "Team2", "Team3", "Team4")
_SKILLS: Final = "ABCDEFGHIJK"
_SKILLS_AT_FIRST: Final = (22, 18, 30, 20, 10)
_SKILLS_LEARNT: Final = (34, 44, 20, 2)
_LEAVE: Final = 0.25
_CHANGE: Final = 0.27
_CHANGE_A_DAY: Final = 0.01
_SUFFIXES: Final = 10_000
_FIRST_UPDATE: Final = timedelta(days=300)
_LATE_BY: Final = timedelta(days=3)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Analyst:
    """A row of HR's exports."""

    aid: str
    name: str
    team: str
    skills: str
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Roster:
    """Those who work there, in the order in which they came, and the key of everyone who ever did."""

    staff: tuple[Analyst, ...]
    ever: frozenset[str]

    @property
    def aids(self) -> list[str]:
        """The keys of the staff."""
        return [analyst.aid for analyst in self.staff]

    @property
    def seniors(self) -> list[str]:
        """The keys of those who were there before the handover."""
        return [analyst.aid for analyst in self.staff if analyst.created < HANDOVER]

    @property
    def rows(self) -> pa.Table:
        """An export: aid, name, team, skills, created, updated; no fraction where it is zero."""
        columns = ("aid", "name", "team", "skills", "created", "updated")
        values = {column: [str(getattr(analyst, column)) for analyst in self.staff] for column in columns}
        return pa.table(values)


def first_roster(story: Story) -> Roster:
    """The staff of the first year."""
    hired = _hired(
        story,
        story.chance("analysts", FOUNDED),
        ever=frozenset(),
        count=story.analysts,
        begin=new_year(FOUNDED),
        end=new_year(FOUNDED + 1),
    )
    return _roster(hired, frozenset())


def next_year(story: Story, roster: Roster, year: int) -> Roster:
    """At the new year a quarter is replaced, and of the others a quarter changes."""
    chance, begin = story.chance("analysts", year), new_year(year)
    stayed = _without(chance, roster.staff, round(len(roster.staff) * _LEAVE))
    changed = _changed(story, chance, stayed, dict.fromkeys(_some(chance, stayed, _CHANGE), begin))
    count, end = story.analysts - len(changed), new_year(year + 1)
    hired = _hired(story, chance, ever=roster.ever, count=count, begin=begin, end=end)
    return _roster([*changed, *hired], roster.ever)


def next_day(story: Story, roster: Roster, day: int) -> Roster:
    """A day after the handover: few come and go; some change, up to three days before HR writes it down.

    On a new year's day as many change as on those before.
    """
    chance, end = story.chance("daily analysts", day), HANDOVER + day * _DAY
    begin = end - _DAY
    stayed = _without(chance, roster.staff, chance.rounded(story.analysts * _LEAVE / 365))
    if (begin.month, begin.day) == (1, 1):
        times = dict.fromkeys(_some(chance, stayed, _CHANGE), begin)
    else:
        places = _some(chance, stayed, _CHANGE_A_DAY)
        noted = [end - _LATE_BY * share for share in chance.shares(len(places)).tolist()]
        times = {place: max(time, stayed[place].updated + _TICK) for place, time in zip(places, noted, strict=True)}
    changed = _changed(story, chance, stayed, times)
    count = story.analysts - len(changed)
    hired = _hired(story, chance, ever=roster.ever, count=count, begin=begin, end=end, updated_by=end)
    return _roster([*changed, *hired], roster.ever)


def _roster(staff: Sequence[Analyst], ever: frozenset[str]) -> Roster:
    return Roster(tuple(staff), ever.union(analyst.aid for analyst in staff))


def _without(chance: Chance, staff: Sequence[Analyst], leavers: int) -> list[Analyst]:
    """The staff without some of them."""
    gone = set(chance.order(len(staff))[:leavers].tolist())
    return [analyst for place, analyst in enumerate(staff) if place not in gone]


def _some(chance: Chance, staff: Sequence[Analyst], share: float) -> list[int]:
    """The places of a share of the staff."""
    return chance.order(len(staff))[: round(len(staff) * share)].tolist()


def _hired(
    story: Story,
    chance: Chance,
    *,
    ever: frozenset[str],
    count: int,
    begin: datetime,
    end: datetime,
    updated_by: datetime = HANDOVER,
) -> list[Analyst]:
    """New people in the order in which they come; their row is touched once more, before ``updated_by``."""
    numbers, suffixes = chance.order(story.analysts)[:count].tolist(), chance.below(_SUFFIXES, count).tolist()
    teams, skills = chance.below(len(_TEAMS), count).tolist(), chance.kinds(_SKILLS_AT_FIRST, count).tolist()
    letters, updates = chance.order(count, len(_SKILLS)).tolist(), chance.shares(count).tolist()
    begun = sorted(chance.below((end - begin) // _SECOND, count).tolist())
    hired: list[Analyst] = []
    for place, number in enumerate(numbers):
        created = begin + begun[place] * _SECOND
        hired.append(
            Analyst(
                aid=_new_aid(number, suffixes[place], ever),
                name=f"Person{number}_{begin.year}",
                team=_TEAMS[teams[place]],
                skills=",".join(_SKILLS[letter] for letter in letters[place][: skills[place]]),
                created=created,
                updated=created + min(_FIRST_UPDATE, updated_by - created) * updates[place],
            )
        )
    return hired


def _new_aid(number: int, suffix: int, ever: frozenset[str]) -> str:
    """A key that nobody has had."""
    while f"{number}-{suffix}" in ever:
        suffix = (suffix + 1) % _SUFFIXES
    return f"{number}-{suffix}"


def _changed(story: Story, chance: Chance, staff: Sequence[Analyst], times: Mapping[int, datetime]) -> list[Analyst]:
    """The staff, those in the places given changed at the times given."""
    count = len(times)
    names, teams = (
        chance.order(max(count, story.analysts * 3 // 10)).tolist(),
        chance.below(len(_TEAMS), count).tolist(),
    )
    learnt, letters = chance.kinds(_SKILLS_LEARNT, count).tolist(), chance.order(count, len(_SKILLS)).tolist()
    changed = list(staff)
    for change, (place, time) in enumerate(times.items()):
        old = staff[place]
        known = old.skills.split(",") if old.skills else []
        new = [_SKILLS[letter] for letter in letters[change] if _SKILLS[letter] not in known][: learnt[change]]
        changed[place] = Analyst(
            aid=old.aid,
            name=f"Upd{names[change]}",
            team=_TEAMS[teams[change]],
            skills=",".join([*known, *new]),
            created=old.created,
            updated=time,
        )
    return changed

"""What goes on in the application: who comes on a day, what they play, and who begins or ceases to pay."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from etl_assets.samples.chance import Chance, Integers
from etl_assets.samples.sparkify.music import Song
from etl_assets.samples.sparkify.people import NOBODY, People, User
from etl_assets.samples.sparkify.story import DAY_MS, EPOCH, OPENED, Story

_OPENED_MS: Final = int((OPENED - EPOCH).total_seconds()) * 1000
_HOURS: Final = (5, 4, 4, 3, 3, 3, 4, 5, 6, 6, 7, 7, 7, 8, 9, 10, 11, 10, 9, 8, 8, 7, 6, 5)
"""How many sessions begin in each hour, as shares."""
_WEEKDAYS: Final = (1.0, 1.1, 1.1, 1.1, 1.2, 0.7, 0.6)
_HOUR_MS, _BREAK_MS = 3_600_000, 60_000
_SONGS_PAID, _SONGS_FREE = 75, 20
_LOGS_IN, _LOGS_OUT, _AT_ONCE = 0.08, 0.1, 0.05
_UPGRADE, _SUBMIT_UPGRADE = 0.014, 0.005
_DOWNGRADE, _SUBMIT_DOWNGRADE = 0.01, 0.0004
_LOOKS_AROUND: Final = 0.97
_EVENLY: Final = 0.1
"""Were it 1, all songs would be played equally often."""
_PAGES: Final = (
    ("Home", "GET", 200), ("Help", "GET", 200), ("About", "GET", 200), ("Settings", "GET", 200),
    ("Save Settings", "PUT", 307), ("Error", "GET", 404),
)  # fmt: skip


@dataclass(order=True)
class Event:
    """A line of a log, and its place in it."""

    ts: int
    session: int
    item: int
    text: str


@dataclass
class Life:
    """What one day leaves to the next.

    Args:
        people: All users.
        songs: Title, artist and length of each song, as JSON.
        paid: Whether each user pays.
        busy: Until when each user's last session goes.
        sessions: How many there were.
        pending: Events that are still to come.
    """

    people: People
    songs: list[tuple[str, str, str]]
    paid: list[bool]
    busy: list[int]
    sessions: int = 0
    pending: list[Event] = field(default_factory=list)


def first_life(people: People, songs: Sequence[Song]) -> Life:
    """Before the first day."""
    told = [(json.dumps(song.title), json.dumps(song.artist_name), json.dumps(song.length)) for song in songs]
    return Life(people=people, songs=told, paid=[*people.paid], busy=[0] * len(people.users))


def next_day(story: Story, life: Life, day: int) -> list[Event]:
    """The events of a day, in order; days begin at 0 and have to be asked for in order."""
    chance, begin = story.chance("days", day), _OPENED_MS + day * DAY_MS
    users, starts = _comers(chance, life, begin)
    for user, start in zip(users.tolist(), starts.tolist(), strict=True):
        begun = max(start, life.busy[user] + _BREAK_MS)
        if begun < begin + DAY_MS:
            life.sessions += 1
            life.pending += _Session(chance, life, user, begun).events()
    told = sorted(event for event in life.pending if event.ts < begin + DAY_MS)
    life.pending = [event for event in life.pending if event.ts >= begin + DAY_MS]
    return told


def _comers(chance: Chance, life: Life, begin: int) -> tuple[Integers, Integers]:
    """Who comes on a day, and when, the first one first."""
    weekday = (begin // DAY_MS + 3) % 7
    activity = life.people.activity * _WEEKDAYS[weekday]
    users = np.flatnonzero(chance.shares(len(activity)) < activity)
    hours, within = chance.kinds(_HOURS, len(users)), chance.below(_HOUR_MS, len(users))
    starts = begin + hours * _HOUR_MS + within
    order = np.argsort(starts, kind="stable")
    return users[order], starts[order]


class _Session:
    """One stay of one user."""

    def __init__(self, chance: Chance, life: Life, user: int, start: int) -> None:
        self._life, self._user, self._at = life, user, start
        self._number, self._item = life.sessions, 0
        most = _SONGS_PAID if life.paid[user] else _SONGS_FREE
        length, self._comes, self._goes = chance.shares(3).tolist()
        self._draws = chance.shares(1 + int(most * length * length), 3).tolist()

    def events(self) -> Iterator[Event]:
        """All that happens in it."""
        if self._comes < _LOGS_IN:
            yield self._event(NOBODY, "Home", "GET", 200)
            self._at += 1_000 * (5 + int(1_000 * self._comes))
            yield self._event(NOBODY, "Login", "PUT", 307)
        yield self._event(self._who, "Home", "GET", 200)
        if self._comes < 1 - _AT_ONCE:
            self._at += 1_000 * (1 + int(40 * self._comes))
        for which, turn, other in self._draws:
            yield from self._song(which, turn, other)
        if self._goes < _LOGS_OUT:
            yield self._event(self._who, "Logout", "PUT", 307)
            self._at += 9_000
            yield self._event(NOBODY, "Home", "GET", 200)
        self._life.busy[self._user] = self._at

    def _song(self, which: float, turn: float, other: float) -> Iterator[Event]:
        """A song, and what is done while it plays; ``turn`` decides whether, ``other`` what."""
        song = self._life.songs[int(len(self._life.songs) * which * (_EVENLY + (1 - _EVENLY) * which))]
        yield self._event(self._who, "NextSong", "PUT", 200, song)
        begun, length = self._at, int(1_000 * float(song[2]))
        self._at += length // 2
        if turn >= _LOOKS_AROUND:
            yield self._event(self._who, *_PAGES[int(len(_PAGES) * other)])
        else:
            yield from self._reconsiders(turn)
        self._at = max(self._at, begun + length)

    def _reconsiders(self, turn: float) -> Iterator[Event]:
        """Whether to pay."""
        pays = self._life.paid[self._user]
        looks, changes = (_DOWNGRADE, _SUBMIT_DOWNGRADE) if pays else (_UPGRADE, _SUBMIT_UPGRADE)
        page = "Downgrade" if pays else "Upgrade"
        if turn < looks:
            yield self._event(self._who, page, "GET", 200)
        if turn < changes:
            self._at += 21_000
            yield self._event(self._who, f"Submit {page}", "PUT", 307)
            self._life.paid[self._user] = not pays

    @property
    def _who(self) -> User:
        return self._life.people.users[self._user]

    def _event(
        self, who: User, page: str, method: str, status: int, song: tuple[str, str, str] = ("null", "null", "null")
    ) -> Event:
        title, artist, length = song
        auth = "Logged Out" if who is NOBODY else "Logged In"
        level = "paid" if self._life.paid[self._user] else "free"
        text = (
            f'{{"artist":{artist},"auth":"{auth}","firstName":{who.first_name},"gender":{who.gender},'
            f'"itemInSession":{self._item},"lastName":{who.last_name},"length":{length},"level":"{level}",'
            f'"location":{who.location},"method":"{method}","page":"{page}","registration":{who.registration},'
            f'"sessionId":{self._number},"song":{title},"status":{status},"ts":{self._at},'
            f'"userAgent":{who.user_agent},"userId":{who.user_id}}}'
        )
        event = Event(self._at, self._number, self._item, text)
        self._item += 1
        return event

"""Users of a shop: they come, move and go."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from etl_assets.samples.chance import Chance

_FIRST: Final = ("Ada", "Bo", "Chidi", "Dara", "Emre", "Fen", "Gül", "Håkon", "Ines", "Jun", "Kofi", "Léa")
_LAST: Final = ("Ash", "Brook", "Carr", "D'Arc", "Elm", "Fox", "Gray", "Hill", "O'Neill", "Stone", "West", "Young")
_CITIES: Final = ("Aarhus", "Bergen", "Cork", "Dijon", "Essen", "Faro", "Gdańsk", "Łódź", "Porto", "Turin")
_OPENING: Final = 100
_SINCE: Final = date(2015, 1, 1)

User = tuple[int, str, str, date]


class Users:
    """The users of a sample.

    Args:
        scale: 1 is 100 of them in the beginning.
        chance: What decides who they are.
    """

    def __init__(self, scale: int, chance: Chance) -> None:
        """The users that there are in the beginning."""
        self._scale = scale
        self._next = 1
        self._there: dict[int, User] = {}
        for since in chance.below(3_000, _OPENING * scale).tolist():
            self._add(chance, _SINCE + timedelta(days=since))

    def opening(self) -> Iterator[User]:
        """The users of the full load."""
        yield from self._there.values()

    def day(self, at: datetime, chance: Chance) -> Iterator[tuple[object, ...]]:
        """Some move, some come, and now and then one goes; one who came may move on the same day."""
        for _ in range(2 * self._scale):
            yield ("I", *self._add(chance, at.date()))
        keys = [*self._there]
        for place in chance.below(len(keys), 3 * self._scale).tolist():
            number, name, _, since = self._there[keys[place]]
            self._there[number] = (number, name, _CITIES[int(chance.below(len(_CITIES), 1)[0])], since)
            yield ("U", *self._there[number])
        if float(chance.shares(1)[0]) < 1 / 2:
            yield ("D", *self._there.pop(keys[int(chance.below(len(keys), 1)[0])]))

    def _add(self, chance: Chance, since: date) -> User:
        first, last, city = (int(chance.below(len(some), 1)[0]) for some in (_FIRST, _LAST, _CITIES))
        user = (self._next, f"{_FIRST[first]} {_LAST[last]}", _CITIES[city], since)
        self._there[self._next] = user
        self._next += 1
        return user

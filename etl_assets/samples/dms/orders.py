"""Orders of a shop, written as some sources write them: whole numbers with an exponent, notes with anything in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from etl_assets.samples.chance import Chance

_NOTES: Final = ("NULL", "", 'for the "blue" door', "ring twice,\nthen wait", "a\rb", "0042", "grüße 🎁", "\\N")
_OPENING: Final = 200

Order = tuple[int, int, str, str, str]


class Orders:
    """The orders of a sample.

    Args:
        scale: 1 is 200 of them in the beginning.
        chance: What decides what they are.
    """

    def __init__(self, scale: int, chance: Chance) -> None:
        """The orders that there are in the beginning."""
        self._scale = scale
        self._there: list[Order] = []
        for _ in range(_OPENING * scale):
            self._add(chance)

    def opening(self) -> Iterator[tuple[object, ...]]:
        """The orders of the full load, each with the time at which DMS read it."""
        for order in self._there:
            yield ("2024-01-01 00:00:00.000000", *order)

    def day(self, at: datetime, chance: Chance) -> Iterator[tuple[object, ...]]:
        """New orders, and some that change; each at the time of its commit, within the hour before the file."""
        commits = sorted(at - timedelta(seconds=second) for second in chance.below(3_600, 9 * self._scale).tolist())
        for number, commit in enumerate(commits):
            if number % 3:
                yield ("I", f"{commit:%Y-%m-%d %H:%M:%S.%f}", *self._add(chance))
            else:
                place = int(chance.below(len(self._there), 1)[0])
                number_of, user, _, amount, _ = self._there[place]
                self._there[place] = (number_of, user, _pieces(chance), amount, _note(chance))
                yield ("U", f"{commit:%Y-%m-%d %H:%M:%S.%f}", *self._there[place])

    def _add(self, chance: Chance) -> Order:
        user, cents = int(chance.below(100 * self._scale, 1)[0]) + 1, int(chance.below(100_000, 1)[0])
        order = (len(self._there) + 1, user, _pieces(chance), f"{cents // 100}.{cents % 100:02}", _note(chance))
        self._there.append(order)
        return order


def _pieces(chance: Chance) -> str:
    """As DMS writes what an Oracle or a PostgreSQL calls numeric."""
    return f"{int(chance.below(900, 1)[0]) + 1:+.16e}"


def _note(chance: Chance) -> str:
    return _NOTES[int(chance.below(len(_NOTES), 1)[0])]

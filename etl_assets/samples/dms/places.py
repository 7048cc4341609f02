"""A collection of documents: lighthouses, who was there, and what they thought of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from etl_assets.samples.chance import Chance

_NAMES: Final = ("North", "South", "Gull", "Seal", "Storm", "Calm", "Old", "New", "Far", "White")
_KINDS: Final = ("Point", "Rock", "Head", "Skerry", "Bank", "Holm")
_ISLANDS: Final = ("Ardal", "Brenn", "Corrie", "Dunvik", "Eller")
_GUESTS: Final = ("Mo", "Ruth", "Sven", "Tomás", "Uma", "Vera")
_TAGS: Final = ("windy", "quiet", "steep", "worth it", "closed")
_OPENING: Final = 40
_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_SOME_TIME: Final = datetime.fromisoformat("2020-01-01")

Place = tuple[str, str]


class Places:
    """The documents of a sample.

    Args:
        scale: 1 is 40 of them in the beginning.
        chance: What decides what they say.
    """

    def __init__(self, scale: int, chance: Chance) -> None:
        """The places that there are in the beginning."""
        self._scale = scale
        self._there: list[dict[str, Any]] = []
        for _ in range(_OPENING * scale):
            self._add(chance, _SOME_TIME)

    def opening(self) -> Iterator[Place]:
        """The documents of the full load."""
        for place in self._there:
            yield _row(place)

    def day(self, at: datetime, chance: Chance) -> Iterator[tuple[object, ...]]:
        """Somebody was somewhere; on some days a place is new. Later documents have fields that the first have not."""
        for _ in range(2 * self._scale):
            place = self._there[int(chance.below(len(self._there), 1)[0])]
            place["visits"].append(_visit(chance, at))
            if at.day % 7 == 0:
                place["keeper"] = {"name": _one(chance, _GUESTS), "since": at.year}
            yield ("U", *_row(place))
        if at.day % 5 == 0:
            yield ("I", *_row(self._add(chance, at)))

    def _add(self, chance: Chance, at: datetime) -> dict[str, Any]:
        number = len(self._there) + 1
        tenths = int(chance.below(600, 1)[0])
        place: dict[str, Any] = {
            "_id": {"$oid": f"{number:024x}"},
            "name": f"{_one(chance, _NAMES)} {_one(chance, _KINDS)}",
            "location": {
                "island": _one(chance, _ISLANDS),
                "coord": [float(chance.shares(1)[0]) * 10, 55 + float(chance.shares(1)[0]) * 5],
            },
            "height": f"about {tenths // 10}" if number % 20 == 0 else tenths / 10,
            "fee": {"$numberDecimal": f"{tenths % 12}.50"},
            "lit": {"$numberLong": str(1_800 + tenths // 4)},
            "visits": [_visit(chance, at) for _ in range(int(chance.below(4, 1)[0]))],
        }
        self._there.append(place)
        return place


def _visit(chance: Chance, at: datetime) -> dict[str, Any]:
    when = at - timedelta(minutes=int(chance.below(100_000, 1)[0]))
    tags = [tag for tag in _TAGS if float(chance.shares(1)[0]) < 1 / 4]
    milliseconds = (when - _EPOCH) // timedelta(milliseconds=1)
    stars = int(chance.below(5, 1)[0]) + 1
    return {"by": _one(chance, _GUESTS), "at": {"$date": milliseconds}, "stars": stars, "tags": tags}


def _row(place: dict[str, Any]) -> Place:
    return place["_id"]["$oid"], json.dumps(place, ensure_ascii=False)


def _one(chance: Chance, some: tuple[str, ...]) -> str:
    return some[int(chance.below(len(some), 1)[0])]

"""The sample's files: a full load of each table, then a file of changes a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from etl_assets.errors import SettingsError
from etl_assets.samples.chance import Chance
from etl_assets.samples.dms.orders import Orders
from etl_assets.samples.dms.places import Places
from etl_assets.samples.dms.users import Users
from etl_assets.samples.outbox import Outbox
from etl_assets.samples.report import SampleReport

BEGUN: Final = datetime.fromisoformat("2024-01-01")
HISTORY: Final = 30
_LARGEST: Final = 10_000
_MOST_DAYS: Final = 3_650
_QUOTE: Final = '"'
_SIGNS: Final = (_QUOTE, ",", "\r", "\n")
_LOAD: Final = "LOAD00000001.csv"


class Life(Protocol):
    """A table whose rows come, change and go."""

    def opening(self) -> Iterable[Sequence[object]]:
        """The rows of the full load, as the file has them."""
        ...

    def day(self, at: datetime, chance: Chance) -> Iterable[Sequence[object]]:
        """The changes of a day, each with its operation before it."""
        ...


def write_dms(folder: Path, *, scale: int = 1, seed: int = 1, days: int = 0) -> SampleReport:
    """Write the sample, or as much of it as is not there yet.

    Args:
        folder: Where DMS' files land.
        scale: How large it is; 1 is 100 users.
        seed: Another one, another sample.
        days: Behind the first thirty; more of them continue the same sample.

    Raises:
        LoadRefused: When other files are in the way.
        SettingsError: When a number makes no sense.
    """
    if not (1 <= scale <= _LARGEST and seed >= 0 and 0 <= days <= _MOST_DAYS):
        message = f"A sample of scale {scale}, seed {seed}, {days} days cannot be made."
        mend = f"The scale is from 1 to {_LARGEST}, the seed from 0, days are from 0 to {_MOST_DAYS}."
        raise SettingsError(message, mend=mend)
    rows: dict[str, int] = {}
    written: list[str] = []
    for name, life in _lives(scale, seed).items():
        with Outbox(folder / name, begun=BEGUN) as outbox:
            _put(outbox, name, life, seed=seed, days=HISTORY + days)
            fresh = outbox.publish()
        rows |= {f"{name}/{file}": count for file, count in outbox.rows.items()}
        written += [f"{name}/{file}" for file in fresh]
    return SampleReport(folder=folder, rows=rows, written=tuple(written))


def _lives(scale: int, seed: int) -> Mapping[str, Life]:
    return {
        "shop/users": Users(scale, Chance(seed, "dms", "users")),
        "shop/orders": Orders(scale, Chance(seed, "dms", "orders")),
        "guide/places": Places(scale, Chance(seed, "dms", "places")),
    }


def _put(outbox: Outbox, name: str, life: Life, *, seed: int, days: int) -> None:
    opening = [*life.opening()]
    outbox.put_text(_LOAD, _lines(opening), rows=len(opening))
    for number in range(1, days + 1):
        at = BEGUN + timedelta(days=number, hours=-2, milliseconds=number * 7)
        changes = [*life.day(at, Chance(seed, "dms", name, number))]
        if changes:
            outbox.put_text(f"{at:%Y%m%d-%H%M%S}{at.microsecond // 1000:03}.csv", _lines(changes), rows=len(changes))


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join(f"{','.join(map(_cell, row))}\n" for row in rows).encode()


def _cell(value: object) -> str:
    text = str(value)
    return f'"{text.replace(_QUOTE, 2 * _QUOTE)}"' if any(sign in text for sign in _SIGNS) else text

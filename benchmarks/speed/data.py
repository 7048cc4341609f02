"""Made-up customers and visits, written in bulk: what a row holds depends on its key and its generation alone."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

Numbers = NDArray[np.int64]

START: Final = 1_704_067_200
"""2024-01-01, in seconds."""
_SEED: Final = 20_240_101
_SPREAD: Final = 2_654_435_761
_CITIES: Final = ("Amsterdam", "Bergen", "Coimbra", "Debrecen", "Eindhoven", "Freiburg", "Gdansk", "Heraklion")
_STATES: Final = ("new", "active", "dormant", "closed")
_NOTES: Final = ("calls on weekdays", "prefers letters", "moved twice", "pays in advance", "has two accounts")


def customers(keys: Numbers, generation: Numbers, at: Numbers | None = None) -> pa.Table:
    """A row for each key; another generation of a key differs in its status, score and note.

    Args:
        keys: The customers.
        generation: How often each has changed.
        at: Seconds since 1970; without, the rows have no time.
    """
    mixed = (keys * _SPREAD + _SEED) % 2**31
    columns = {
        "customer_id": pa.array(keys),
        "name": _joined("customer ", pc.cast(pa.array(mixed), pa.string())),
        "city": _word(_CITIES, mixed),
        "status": _word(_STATES, mixed + generation),
        "score": pa.array(mixed % 1000 + generation),
        "balance": pc.cast(pa.array(mixed % 10_000_000 / 100), pa.string()),
        "note": _joined(_word(_NOTES, mixed), pc.cast(pa.array(generation), pa.string()), " since visit "),
    }
    return pa.table(columns | ({} if at is None else {"changed_at": _times(at)}))


def visits(keys: Numbers, at: Numbers) -> pa.Table:
    """A visit for each key and time."""
    numbers = np.arange(len(keys))
    columns = {"visit_id": numbers, "customer_id": keys, "happened_at": _times(at), "amount": numbers % 500}
    return pa.table(columns)


def some(keys: int, share: float) -> Numbers:
    """A share of the keys, always the same ones, in order."""
    return np.sort(_chance().choice(keys, max(1, round(keys * share)), replace=False))


def anywhere(count: int, *spans: tuple[int, int]) -> list[Numbers]:
    """For each span so many numbers from its start to before its end, always the same ones."""
    chance = _chance()
    return [chance.integers(start, end, count) for start, end in spans]


def write(table: pa.Table, path: Path) -> int:
    """Write a file without a header; gives its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    csv.write_csv(table, path, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return table.num_rows


def _chance() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _word(words: tuple[str, ...], numbers: Numbers) -> pa.Array:
    return pa.array(words).take(pa.array(numbers % len(words)))


def _joined(first: object, second: pa.Array, between: str = "") -> pa.Array:
    return pc.call_function("binary_join_element_wise", [first, second, between])


def _times(seconds: Numbers) -> pa.Array:
    return pa.array(seconds).cast(pa.timestamp("s"))

"""Looked-up columns as a pure function of the sets of things observed of two tables: the measure of the engine.

At every time a key has what was last observed of it, and what the other key, which that observation names, was then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from etl_assets_tests.oracles.history import Observation
from etl_assets_tests.oracles.observed import OPEN, Attributes, Key

Known = Mapping[Key, Sequence[Observation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Columns by name that the key in the attributes ``by`` gives; ``known`` is what was observed of such keys."""

    by: tuple[str, ...]
    columns: Mapping[str, str]
    known: Known
    before_first: Literal["unknown", "first"] = "unknown"

    def of(self, attributes: Attributes) -> Sequence[Observation]:
        """What was observed of the key that attributes name; nothing where a part of it is NULL."""
        parts = tuple(attributes[column] for column in self.by)
        return self.known.get(tuple(map(str, parts)), ()) if None not in parts else ()

    def at(self, time: datetime, attributes: Attributes) -> Attributes:
        """What the key that attributes name was at a time: NULLs where it was not there."""
        words = {each.order[0]: each.attributes for each in self.of(attributes)}
        told = [values for moment, values in words.items() if moment <= time]
        versions = [values for values in words.values() if values is not None]
        last = told[-1] if told else None
        if self.before_first == "first" and versions and not any(values is not None for values in told):
            last = versions[0]
        return {name: last[column] if last is not None else None for name, column in self.columns.items()}


def cascaded(known: Known, lookups: Sequence[Looked]) -> dict[Key, list[Observation]]:
    """What is known of each key with the looked-up columns, and again at each time at which another key is told of."""
    return {key: sorted(_cascaded(own, lookups), key=lambda each: each.order) for key, own in known.items()}


def _cascaded(own: Sequence[Observation], lookups: Sequence[Looked]) -> Iterator[Observation]:
    yield from (_seen_at(each.order[0], each, lookups) for each in own)
    last_word = {each.order[0]: each for each in own}
    for (start, word), (end, _) in pairwise([*last_word.items(), (OPEN, own[-1])]):
        attributes = word.attributes
        if attributes is not None:
            told = {each.order[0] for lookup in lookups for each in lookup.of(attributes)}
            yield from (_seen_at(time, word, lookups) for time in told if start < time < end)


def _seen_at(time: datetime, each: Observation, lookups: Sequence[Looked]) -> Observation:
    attributes = each.attributes
    if attributes is None:
        return each
    found = dict(attributes)
    for lookup in lookups:
        found |= lookup.at(time, attributes)
    return Observation((time, *each.order[1:]), found)

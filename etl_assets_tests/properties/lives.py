"""Random lives of a warehouse: a history, the batches in which it arrives, and facts that change and go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from etl_assets_tests.oracles.observed import FactRow, Version
from etl_assets_tests.properties.features import FEATURES, features
from etl_assets_tests.properties.strategies import Batch, Delivery, History, arrivals, histories, truth

LIFE_FEATURES = (*FEATURES, "facts told otherwise", "facts gone")


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as a file tells it. A void one is told so that it goes."""

    fact: FactRow
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one run finds.

    Args:
        deliveries: The dimension's files.
        told: The fact's rows, in one file.
        fact_first: Whether the fact is built before the dimension.
    """

    deliveries: tuple[Delivery, ...]
    told: tuple[Told, ...]
    fact_first: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """All that happens to a warehouse, run after run."""

    history: History
    batches: tuple[Batch, ...]
    steps: tuple[Step, ...]

    @property
    def features(self) -> set[str]:
        """The names, of FEATURES and of the two for facts, of what it holds."""
        told = self.told(len(self.steps))
        ways = {"facts told otherwise": len(told) > len(self.history.facts), "facts gone": any(map(_is_void, told))}
        return features(self.history, self.batches) | {name for name, holds in ways.items() if holds}

    def deliveries(self, steps: int) -> list[Delivery]:
        """The dimension's files that have come after so many steps."""
        return [delivery for step in self.steps[:steps] for delivery in step.deliveries]

    def told(self, steps: int) -> list[Told]:
        """The fact's rows that have come after so many steps."""
        return [told for step in self.steps[:steps] for told in step.told]

    def expected(self, steps: int) -> tuple[list[Version], dict[int, int]]:
        """What the oracle says after so many steps."""
        last: Mapping[int, Told] = {told.fact.fact_id: told for told in self.told(steps)}
        facts = [told.fact for told in last.values() if not told.is_void]
        return truth(self.history.declaration, self.deliveries(steps), facts)


def _is_void(told: Told) -> bool:
    return told.is_void


@st.composite
def _retold(draw: st.DrawFn, batches: Sequence[Batch]) -> list[tuple[int, Told]]:
    """Facts that a later batch tells again: under another one's key and time, or void."""
    homes = [(number, fact) for number, batch in enumerate(batches) for fact in batch.facts]
    if not homes:
        return []
    home, number = st.sampled_from(homes), st.integers(0, len(batches) - 1)
    picks = draw(st.lists(st.tuples(home, home, number, st.booleans()), max_size=3))
    return [
        (place, Told(replace(other, fact_id=fact.fact_id), is_void))
        for (first, fact), (_, other), place, is_void in picks
        if place > first
    ]


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A history in any order and cut, whose facts may change and go."""
    history = draw(histories())
    batches = draw(arrivals(history))
    retold = draw(_retold(batches))
    firsts = draw(st.lists(st.booleans(), min_size=len(batches), max_size=len(batches)))
    return Life(
        history,
        batches,
        tuple(
            Step(
                batch.deliveries,
                (*map(Told, batch.facts), *(told for place, told in retold if place == number)),
                fact_first,
            )
            for number, (batch, fact_first) in enumerate(zip(batches, firsts, strict=True))
        ),
    )

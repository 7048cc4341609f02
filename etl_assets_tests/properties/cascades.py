"""Random histories of two tables, of which one looks up the other, and the real warehouse under them.

Both carry the columns of every history. What a file of people says is, in some columns, a key of places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from hypothesis import strategies as st

from etl_assets.datasets import Meaning
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets_tests.oracles.history import observations, resolve, seen, table
from etl_assets_tests.oracles.lookups import Looked, cascaded
from etl_assets_tests.oracles.observed import ALWAYS, Attributes, Declaration, FactRow, Key, Version
from etl_assets_tests.properties import engine as warehouses
from etl_assets_tests.properties import strategies
from etl_assets_tests.properties.lives import Step, Told
from etl_assets_tests.properties.strategies import (
    CLOCKS,
    KEY_COLUMNS,
    KEYS,
    LAST_INSTANT,
    Clock,
    Delivery,
    events_of,
    snapshots_of,
)

PLACES = "w/staging/places"
PLACE_KEYS: Mapping[int, tuple[Key, ...]] = {
    1: (("x",), ("y",)),
    2: (("x", "x"), ("x", "y"), ("y", "x")),
}
"""Of texts that the columns of people hold."""
GOES_BY: Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]] = {
    1: (("team",), ("skills",)),
    2: (("team", "skills"), ("skills", "name")),
}
"""The columns that name a home, and those that name a place of work."""
HOME, WORK = {"home_name": "name", "home_born": "born"}, {"work_name": "name", "work_born": "born"}
_named = st.sampled_from(("x", "y", "x", "y", "x", "y", None))
_PERSON = st.fixed_dictionaries(
    {
        "team": _named,
        "skills": _named,
        "name": _named,
        "born": st.sampled_from((0, None)),
        "note": st.sampled_from(("m", "n")),
    }
)
_PLACE = st.fixed_dictionaries(
    {
        "team": _named,
        "skills": st.none(),
        "name": st.sampled_from(("A", "B", "C", None)),
        "born": st.sampled_from((1, 2, 3, None)),
        "note": st.none(),
    }
)
Shape = tuple[Declaration, tuple[Mapping[str, str], ...]]
SHAPES: tuple[Shape, ...] = (
    (Declaration(key=(), tracked=("team", "home_name"), overwritten=("home_born",)), (HOME,)),
    (
        Declaration(key=(), tracked=("home_name",), original=("home_born",), previous=("home_name",)),
        (HOME,),
    ),
    (
        Declaration(
            key=(),
            tracked=("note", "home_name", "work_name"),
            overwritten=("work_born",),
            original=("home_born",),
            previous=("work_name",),
        ),
        (HOME, WORK),
    ),
    (Declaration(key=(), overwritten=("home_name", "work_born"), original=("work_name", "home_born")), (HOME, WORK)),
)


@dataclass(frozen=True, slots=True)
class Landing:
    """What one run finds: files of people and of places, and facts about people."""

    people: tuple[Delivery, ...]
    places: tuple[Delivery, ...]
    facts: tuple[FactRow, ...]
    fact_first: bool = False


@dataclass(frozen=True, slots=True)
class Cascade:
    """All that happens to two tables and a dimension of one that looks up the other."""

    declaration: Declaration
    place: Declaration
    lookups: tuple[Lookup, ...]
    landings: tuple[Landing, ...]

    def people(self, landings: int) -> list[Delivery]:
        """The files of people that have come after so many runs."""
        return [file for landing in self.landings[:landings] for file in landing.people]

    def places(self, landings: int) -> list[Delivery]:
        """The files of places that have come after so many runs."""
        return [file for landing in self.landings[:landings] for file in landing.places]

    def facts(self, landings: int) -> list[FactRow]:
        """The facts that have come after so many runs."""
        return [fact for landing in self.landings[:landings] for fact in landing.facts]

    def expected(self, landings: int) -> tuple[list[Version], dict[int, int]]:
        """What the oracle says after so many runs."""
        people, places, facts = self.people(landings), self.places(landings), self.facts(landings)
        events, snapshots = events_of(people), snapshots_of(people)
        other = observations(self.place, events_of(places), snapshots_of(places))
        looked = [
            Looked(by=each.named, columns=each.origins, known=other, before_first=each.before_first)
            for each in self.lookups
        ]
        known = cascaded(observations(self.declaration, events, snapshots), looked)
        rows, told = (
            table(self.declaration, known, [fact.natural_key for fact in facts]),
            seen(self.declaration, events, snapshots),
        )
        return rows, {each.fact_id: resolve(self.declaration, rows, told, each.natural_key, each.at) for each in facts}


class Cascading(warehouses.Warehouse):
    """A warehouse of both tables.

    Args:
        engine: An empty database.
        life: What will happen to it.
        folder: For the lake and the models' SQL.
    """

    def __init__(self, engine: Engine, life: Cascade, folder: Path) -> None:
        every = len(life.landings)
        super().__init__(engine, life.declaration, folder, meanings=_meanings(life.people(every)))
        self.places = replace(warehouses.people(life.place, _meanings(life.places(every))), name=PLACES)
        self.dimension = replace(self.dimension, lookups=life.lookups)
        self._write_dimension()

    def _write_dimension(self) -> None:
        own = [name for name in (*self.dimension.key, *self.dimension.attributes) if name in strategies.COLUMNS]
        named = [*self.dimension.key, *own, *(name for lookup in self.dimension.lookups for name in lookup.named)]
        listed = ", ".join(f"p.{name}" for name in dict.fromkeys([*named, *warehouses._ORDER]))  # noqa: SLF001 - ours
        text = f"-- One row per version.\nselect {listed} from w_staging.people as p\n"
        TableName.parse(self.dimension.name).sql_file(self._sql).write_text(text, encoding="utf-8")

    def land_places(self, files: Sequence[Delivery]) -> None:
        """Bring files of places into the lake."""
        if once := list({file.file: file for file in files}.values()):
            cells = [warehouses._cells_of(file) for file in once]  # noqa: SLF001 - ours
            entries = [warehouses._entry(file, len(rows)) for file, rows in zip(once, cells, strict=True)]  # noqa: SLF001 - ours
            of_places = [replace(entry, dataset=PLACES) for entry in entries]
            warehouses._commit(self._lake, self.places, of_places, cells)  # noqa: SLF001 - ours

    def meet(self, landing: Landing) -> None:
        """Bring files up to the dimension and the fact."""
        self.land_places(landing.places)
        load_dataset(self.engine, self.places, self._lake)
        self.arrive(Step(landing.people, tuple(map(Told, landing.facts)), landing.fact_first))


def _meanings(files: Sequence[Delivery]) -> list[Meaning]:
    kinds: set[Meaning] = {"snapshot" if file.snapshot else "changes" for file in files}
    return sorted(kinds)


@st.composite
def _declared(draw: st.DrawFn, width: int, clock: Clock) -> Declaration:
    early = clock.at(-2)
    missing: st.SearchStrategy[Literal["close", "keep"]] = st.sampled_from(("close", "keep"))
    before_first: st.SearchStrategy[Literal["unknown", "first"]] = st.sampled_from(("unknown", "first"))
    in_gap: st.SearchStrategy[Literal["unknown", "last before"]] = st.sampled_from(("unknown", "last before"))
    return Declaration(
        key=KEY_COLUMNS[width],
        missing=draw(missing),
        beginning=draw(st.sampled_from((None, min(ALWAYS, early)))),
        before_first=draw(before_first),
        in_gap=draw(in_gap),
    )


@st.composite
def _files(
    draw: st.DrawFn, keys: Sequence[Key], row: st.SearchStrategy[Attributes], clock: Clock, latest: int
) -> list[Delivery]:
    """Two to four files of changes up to an instant, or of one snapshot, of few different rows."""
    key, told = st.sampled_from(keys), st.sampled_from(draw(st.lists(row, min_size=3, max_size=5)))
    operation: st.SearchStrategy[Literal["I", "U", "D"]] = st.sampled_from(("I", "U", "U", "U", "D"))
    changes = st.lists(st.tuples(key, st.integers(0, latest), operation, told), min_size=2, max_size=4)
    snapshot: st.SearchStrategy[strategies.Content] = st.dictionaries(key, told, min_size=1)
    contents = draw(st.lists(st.one_of(changes, changes, snapshot), min_size=2, max_size=4))
    found = [strategies._delivery(each, draw(strategies._places), clock) for each in contents]  # noqa: SLF001 - ours
    return list({(file.file.path, file.file.sha256): file for file in found}.values())


@st.composite
def _facts(draw: st.DrawFn, keys: Sequence[Key], clock: Clock) -> tuple[FactRow, ...]:
    """Facts of known keys, from before all else to after it."""
    times = st.sampled_from([clock.at(instant) for instant in range(-1, LAST_INSTANT + 2)])
    rows = draw(st.lists(st.tuples(st.sampled_from(keys), times), min_size=2, max_size=8))
    return tuple(FactRow(number, key, at) for number, (key, at) in enumerate(rows, start=1))


@st.composite
def _lookups(draw: st.DrawFn, columns: Sequence[Mapping[str, str]], width: int) -> tuple[Lookup, ...]:
    before_first: st.SearchStrategy[Literal["unknown", "first"]] = st.sampled_from(("unknown", "first"))
    return tuple(
        Lookup(dataset=PLACES, by=by, columns=dict(each), before_first=draw(before_first))
        for each, by in zip(columns, GOES_BY[width], strict=False)
    )


@st.composite
def cascades(draw: st.DrawFn) -> Cascade:
    """Files of people and of places in any order and cut, some of them again, and facts about people in any run."""
    width, place_width, clock = draw(
        st.tuples(st.sampled_from((1, 2)), st.sampled_from((1, 2)), st.sampled_from(CLOCKS))
    )
    keys = draw(st.lists(st.sampled_from(KEYS[width]), min_size=1, max_size=3, unique=True))
    people = draw(_files(keys, _PERSON, clock, LAST_INSTANT // 2))
    places = draw(_files(PLACE_KEYS[place_width], _PLACE, clock, LAST_INSTANT))
    shape, columns = draw(st.sampled_from(SHAPES))
    declared = draw(_declared(width, clock))
    kinds = {name: getattr(shape, name) for name in ("tracked", "overwritten", "original", "previous")}
    facts = draw(_facts(keys, clock))
    return Cascade(
        replace(declared, **kinds),
        draw(_declared(place_width, clock)),
        draw(_lookups(columns, place_width)),
        draw(_landings(people, places, facts)),
    )


@st.composite
def _landings(
    draw: st.DrawFn, people: Sequence[Delivery], places: Sequence[Delivery], facts: Sequence[FactRow]
) -> tuple[Landing, ...]:
    tagged = [*((True, file) for file in people), *((False, file) for file in places)]
    again = draw(st.lists(st.sampled_from(tagged), max_size=1))
    files = draw(st.permutations([*tagged, *again]))
    cuts = [place for place in range(1, len(files)) if draw(st.booleans())]
    parts = [files[start:end] for start, end in pairwise([0, *cuts, len(files)])]
    homes = [draw(st.just(0) | st.integers(0, len(parts) - 1)) for _ in facts]
    return tuple(
        Landing(
            tuple(file for is_person, file in part if is_person),
            tuple(file for is_person, file in part if not is_person),
            tuple(fact for home, fact in zip(homes, facts, strict=True) if home == number),
            draw(st.booleans()),
        )
        for number, part in enumerate(parts)
    )

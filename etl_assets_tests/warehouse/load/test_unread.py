"""Rows of a snapshot that cannot be read say nothing of what they hold, and that their key is there all the same."""

import random
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Type2
from etl_assets_tests.warehouse.load.lake_rows import Texts
from etl_assets_tests.warehouse.load.town import Town, day, people

CLOSING = people("snapshot", "changes", missing="close", max_bad_share=1)
DIMENSION = Type2(name="town/marts/dim_people", key=("id",), entity="person", tracked=("team",))
QUERY = "-- People.\nselect p.id, p.team, p.effective_at, p.sequence, p.op from town_staging.people as p\n"
END = datetime(9999, 12, 31)  # noqa: DTZ001 - UTC without a zone
Snapshot = dict[str, str]
"""What is seen of each key: a team, or ``?`` where its row cannot be read; a key ``?`` is one that cannot be read."""


def rows(seen: Snapshot) -> list[Texts]:
    """The snapshot as a file."""
    return [(None if key == "?" else key, team, "soon" if team == "?" else None, None) for key, team in seen.items()]


class History:
    """A town whose dimension is built after each load."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.town = Town(engine, folder, CLOSING)
        self.sql = folder / "sql"
        (self.sql / "town" / "marts").mkdir(parents=True)
        (self.sql / "town" / "marts" / "dim_people.sql").write_text(QUERY)

    def see(self, seen: Snapshot, *, on: int) -> None:
        """A snapshot arrives."""
        self.town.land(f"{on}.csv", rows(seen), on=on, meaning="snapshot")
        self._build()

    def tell(self, key: str, team: str | None, *, on: int) -> None:
        """A change arrives; without a team, the key's end."""
        told = (key, team, f"{day(on)}", "U" if team else "D")
        self.town.land(f"told {on}.csv", [told], on=on, meaning="changes")
        self._build()

    def _build(self) -> None:
        self.town.load()
        build_model(self.town.engine, DIMENSION, sql_root=self.sql)

    def versions(self) -> list[tuple[object, ...]]:
        """Key, team, first and last day of each version."""
        found = self.town.query("select id, team, valid_from, valid_to from town_marts.dim_people where id is not null")
        return sorted((key, team, begin, end) for key, team, begin, end in found)


def expected(snapshots: dict[int, Snapshot], told: dict[int, tuple[str, str | None]]) -> list[tuple[object, ...]]:
    """The versions, worked out one day after the other."""
    found: list[tuple[object, ...]] = []
    for key in "abc":
        states: list[tuple[datetime, str | None]] = [(day(0), None)]
        for on in sorted({*snapshots, *told}):
            state = states[-1][1]
            if on in told and told[on][0] == key:
                state = told[on][1]
            elif on in snapshots:
                absent = state if "?" in snapshots[on] else None
                state = state if (team := snapshots[on].get(key, absent)) == "?" else team
            if state != states[-1][1]:
                states.append((day(on), state))
        versions = pairwise([*states, (END, None)])
        found += [(key, team, begin, end) for (begin, team), (end, _) in versions if team]
    return sorted(found)


def lived(engine: Engine, folder: Path, seen: Sequence[Snapshot]) -> list[tuple[object, ...]]:
    """The versions after these snapshots, one a day, came in order."""
    history = History(engine, folder)
    for on, snapshot in enumerate(seen, 1):
        history.see(snapshot, on=on)
    assert history.versions() == expected(dict(enumerate(seen, 1)), {})
    return history.versions()


def test_a_key_whose_row_cannot_be_read_goes_on_as_it_was(engine: Engine, tmp_path: Path) -> None:
    assert lived(engine, tmp_path, [{"a": "A"}, {"a": "?"}, {"a": "A"}]) == [("a", "A", day(1), END)]


def test_it_ends_in_the_next_snapshot_without_it(engine: Engine, tmp_path: Path) -> None:
    versions = lived(engine, tmp_path, [{"a": "A", "b": "A"}, {"a": "?", "b": "A"}, {"a": "?", "b": "A"}, {"b": "A"}])
    assert versions[0] == ("a", "A", day(1), day(4))


def test_a_key_of_which_no_row_was_read_before_has_no_version(engine: Engine, tmp_path: Path) -> None:
    assert lived(engine, tmp_path, [{"b": "A"}, {"a": "?", "b": "A"}, {"b": "A"}]) == [("b", "A", day(1), END)]


def test_a_snapshot_with_a_key_that_cannot_be_read_ends_no_key(engine: Engine, tmp_path: Path) -> None:
    versions = lived(engine, tmp_path, [{"a": "A", "b": "A"}, {"?": "A", "b": "B"}, {"b": "B"}])
    assert versions[0] == ("a", "A", day(1), day(3))


def test_a_key_that_also_has_a_row_that_can_be_read_has_that_row(engine: Engine, tmp_path: Path) -> None:
    history = History(engine, tmp_path)
    history.see({"a": "A"}, on=1)
    history.town.land("2.csv", [*rows({"a": "?"}), *rows({"a": "B"})], on=2, meaning="snapshot")
    history.see({"c": "A"}, on=3)
    teams = [version[:2] for version in history.versions()]
    assert teams == [("a", "A"), ("a", "B"), ("c", "A")]
    assert history.town.query("select count(*) from town_staging.people_unread") == [(0,)]


@pytest.mark.parametrize("order", [(4, 5, 6), (6, 4, 5)])
@pytest.mark.parametrize("after", [{"a": "A"}, {"a": "A", "b": "B"}])
def test_nor_does_it_end_a_key_that_a_change_told(
    engine: Engine, tmp_path: Path, order: tuple[int, ...], after: Snapshot
) -> None:
    history, snapshots = History(engine, tmp_path), {2: {"a": "A"}, 4: {"?": "A"}, 5: {"?": "A"} | after, 6: after}
    history.see(snapshots[2], on=2)
    history.tell("b", "B", on=3)
    for on in order:
        history.see(snapshots[on], on=on)
    assert history.versions() == expected(snapshots, {3: ("b", "B")})
    assert history.versions()[-1] == ("b", "B", day(3), END if "b" in after else day(6))


def test_the_ledger_says_which_snapshot_ends_no_key(engine: Engine, tmp_path: Path) -> None:
    history = History(engine, tmp_path)
    history.see({"a": "A", "?": "A"}, on=1)
    assert history.town.query("select status, reason from etl.files") == [
        ("loaded", "the keys of 1 of its rows cannot be read")
    ]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_order_of_arrival_the_history_is_the_same(engine: Engine, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    history = History(engine, tmp_path)
    snapshots, told = made_up(chance)
    for on in chance.sample([*snapshots, *told], len(snapshots) + len(told)):
        if on in snapshots:
            history.see(snapshots[on], on=on)
        else:
            history.tell(*told[on], on=on)
    assert history.versions() == expected(snapshots, told)


def made_up(chance: random.Random) -> tuple[dict[int, Snapshot], dict[int, tuple[str, str | None]]]:
    """Snapshots and changes by day."""
    snapshots: dict[int, Snapshot] = {}
    for on in range(2, 15, 3):
        seen = {key: chance.choice(["A", "B", "?", ""]) for key in "abc"}
        snapshots[on] = {key: team for key, team in seen.items() if team}
        if chance.random() < 0.3:
            snapshots[on]["?"] = "A"
    told = {on: (chance.choice("abc"), chance.choice(["A", "B", None])) for on in chance.sample(range(3, 15, 3), 2)}
    return snapshots, told


MANY = [f"{number:02}" for number in range(30)]


def test_what_cannot_be_read_is_not_counted_as_closed(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", missing="close", max_bad_share=1))
    town.snapshot(MANY, on=1)
    town.land("2.csv", rows(dict.fromkeys(MANY, "?")), on=2, meaning="snapshot")
    assert town.load().total("quarantined") == len(MANY)
    with pytest.raises(LoadRefused, match="without 20 of the 30 keys"):
        town.snapshot(MANY[20:], on=3)


def test_keys_that_a_snapshot_could_not_end_are_counted_in_the_next(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", missing="close"))
    town.snapshot(MANY, on=1)
    town.land("2.csv", rows({"?": "A"}), on=2, meaning="snapshot")
    town.load()
    with pytest.raises(LoadRefused, match="without 30 of the 30 keys"):
        town.snapshot([], on=3)

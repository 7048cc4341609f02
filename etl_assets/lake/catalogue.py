"""The schema catalogue of a zone: what each table of a source looked like, a state per change, beside the data.

    catalogue/<warehouse>/<table>/<number>.json

A state is written once under the next number. The last accepted one is what extracts go by; a refused one stays to be
seen until a person accepts it, or the source is as it was.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Self

from etl_assets.errors import SourceError
from etl_assets.lake import decode
from etl_assets.names import TableName

if TYPE_CHECKING:
    from etl_assets.lake.storage import Storage


@dataclass(frozen=True, kw_only=True)
class SourceColumn:
    """A column as the source has it.

    Args:
        name: Its name.
        type: Its type, as the source writes it.
        lake: The Arrow type that carries its values exactly, as Arrow writes it.
        nullable: Whether it may be NULL.
    """

    name: str
    type: str
    lake: str
    nullable: bool


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A table's columns, in order, and its primary key; the key is empty when it has none."""

    columns: tuple[SourceColumn, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> SourceColumn | None:
        """The column of a name; None when there is none."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, kw_only=True)
class State:
    """What was seen.

    Args:
        number: From 1.
        seen_at: When, in UTC.
        verdict: Whether rows of this shape are taken.
        reason: What differs from the state before, in words.
        epoch: The state since which rows can be compared: later ones only added columns.
        shape: The columns.
    """

    number: int
    seen_at: datetime
    verdict: Literal["accepted", "refused"]
    reason: str
    epoch: int
    shape: Shape

    def to_json(self) -> bytes:
        """As it is stored."""
        found = {"format": FORMAT, **asdict(self), "seen_at": self.seen_at.isoformat(timespec="microseconds")}
        return json.dumps(found, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """As it was stored.

        Raises:
            LakeError: When it is not exactly what this version writes.
        """
        with decode.reading("A state of the catalogue"):
            found = decode.decoded(_STATE, json.loads(data))
        return cls(**{name: value for name, value in found.items() if name != "format"})


class Catalogue:
    """The states of a zone's tables.

    Args:
        storage: The zone's.
    """

    def __init__(self, storage: "Storage") -> None:
        """Nothing is read yet."""
        self._storage = storage

    def states(self, dataset: str) -> tuple[State, ...]:
        """Every state of a table, in order."""
        keys = self._storage.list(_folder(dataset))
        return tuple(State.from_json(self._storage.read(key)) for key in keys if key.endswith(".json"))

    def accepted(self, dataset: str) -> State | None:
        """The state that extracts go by."""
        return next((state for state in reversed(self.states(dataset)) if state.verdict == "accepted"), None)

    def add(self, dataset: str, state: State) -> bool:
        """Write a state down; False when another run was first."""
        return self._storage.put_if_absent(f"{_folder(dataset)}/{state.number:08}.json", state.to_json())

    def accept(self, dataset: str) -> State:
        """Let extracts go by the last state, which was refused. All rows are read again, and none compared with older.

        Raises:
            SourceError: When there is nothing to accept.
        """
        states = self.states(dataset)
        if not states or states[-1].verdict == "accepted":
            message = f"{dataset} has no refused state."
            raise SourceError(message, mend="Nothing has to be accepted.")
        number = states[-1].number + 1
        state = replace(states[-1], number=number, epoch=number, verdict="accepted")
        self.add(dataset, state)
        return state


def changes(before: Shape, after: Shape) -> Iterator[tuple[str, bool]]:
    """What differs, in words, and whether rows can still be taken."""
    for column in before.columns:
        now = after.column(column.name)
        if now is None:
            yield f"{column.name} is gone", False
        elif (column.lake, _family(column.type)) != (now.lake, _family(now.type)):
            yield f"{column.name} was {column.type} and is {now.type}", False
        elif column != now:
            yield f"{column.name} was {_described(column)} and is {_described(now)}", True
    for column in after.columns:
        if before.column(column.name) is None:
            yield f"{column.name} ({column.type}) is new", True
    if before.key != after.key:
        yield f"the key was {_listed(before.key)} and is {_listed(after.key)}", False


def _family(kind: str) -> str:
    """A type without its length, as ``timestamp without time zone``."""
    before, _, after = kind.partition("(")
    return f"{before.strip()}{after.partition(')')[2]}"


def _described(column: SourceColumn) -> str:
    return f"{column.type}{'' if column.nullable else ' not null'}"


def _listed(key: tuple[str, ...]) -> str:
    return ", ".join(key) or "none"


def _folder(dataset: str) -> str:
    table = TableName.parse(dataset)
    return f"catalogue/{table.warehouse}/{table.table}"


def _shape(found: object) -> Shape:
    return Shape(**decode.decoded(_SHAPE, found))


FORMAT: Final = 1
_COLUMN: Final[Mapping[str, decode.Reader]] = {
    "name": decode.text,
    "type": decode.text,
    "lake": decode.text,
    "nullable": decode.flag,
}
_SHAPE: Final[Mapping[str, decode.Reader]] = {
    "columns": lambda found: tuple(SourceColumn(**decode.decoded(_COLUMN, one)) for one in decode.items(found)),
    "key": decode.texts,
}
_STATE: Final[Mapping[str, decode.Reader]] = {
    "format": lambda found: decode.one_of(str(FORMAT))(str(decode.count(found))),
    "number": decode.count,
    "seen_at": decode.moment,
    "verdict": decode.one_of("accepted", "refused"),
    "reason": decode.text,
    "epoch": decode.count,
    "shape": _shape,
}

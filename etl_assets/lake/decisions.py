"""What was decided about files of the lake, kept beside the manifests, so that every warehouse decides the same again.

A record is written once under the next number. The last that speaks of a file counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Literal

from etl_assets.lake import decode

if TYPE_CHECKING:
    from etl_assets.lake.storage import Storage

FORMAT: Final = 1
Verdict = Literal["accepted", "aside", "again"]
"""``accepted``: it was loaded, so no limit refuses it any more. ``aside``: loads go on without it. ``again``: it was
aside, and is tried again; if it is refused once more, it is aside once more."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided about a delivery.

    Args:
        file_id: The delivery.
        path: Its path, for people.
        verdict: What was decided.
        why: The reason of what is aside, as the quarantine says it.
    """

    file_id: int
    path: str
    verdict: Verdict
    why: str = ""


class Decisions:
    """The records of one dataset.

    Args:
        storage: Where they are.
        folder: The folder of keys of the dataset.
    """

    def __init__(self, storage: "Storage", folder: str) -> None:
        """Nothing is read yet."""
        self._storage = storage
        self._folder = f"{folder}/decisions"
        self._known: dict[str, tuple[Decision, ...]] = {}

    def standing(self) -> dict[int, Decision]:
        """What counts, by file."""
        return {one.file_id: one for key in self._keys() for one in self._record(key)}

    def add(self, decided: Iterable[Decision]) -> None:
        """Write down what does not stand already; another writer's record of the same number comes before."""
        told = tuple(decided)
        while new := tuple(_new(told, self.standing())):
            if self._storage.put_if_absent(self._next_key(), _to_json(new)):
                return

    def _next_key(self) -> str:
        last = max((int(PurePosixPath(key).stem) for key in self._keys()), default=0)
        return f"{self._folder}/{last + 1:08}.json"

    def _keys(self) -> Iterator[str]:
        return (key for key in self._storage.list(self._folder) if key.endswith(".json"))

    def _record(self, key: str) -> tuple[Decision, ...]:
        """A record never changes, so each is read once."""
        if key not in self._known:
            self._known[key] = _from_json(self._storage.read(key))
        return self._known[key]


def _new(told: Iterable[Decision], standing: Mapping[int, Decision]) -> Iterator[Decision]:
    return (one for one in told if standing.get(one.file_id) != one)


def _to_json(decided: Iterable[Decision]) -> bytes:
    found = {"format": FORMAT, "files": [asdict(one) for one in decided]}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _from_json(data: bytes) -> tuple[Decision, ...]:
    """A record as it was written.

    Raises:
        LakeError: When it is not exactly what this version writes.
    """
    with decode.reading("A record of decisions"):
        found = decode.decoded(_RECORD, json.loads(data))
    return tuple(Decision(**one) for one in found["files"])


_DECISION: Final[Mapping[str, decode.Reader]] = {
    "file_id": decode.count,
    "path": decode.text,
    "verdict": decode.one_of("accepted", "aside", "again"),
    "why": decode.text,
}
_RECORD: Final[Mapping[str, decode.Reader]] = {
    "format": lambda found: decode.one_of(str(FORMAT))(str(decode.count(found))),
    "files": lambda found: [decode.decoded(_DECISION, one) for one in decode.items(found)],
}

"""Merging rows and change events: each distinct content is kept once, with its first and its last delivery.

Both deliveries are kept because either may decide: the last, which of two rows stands; the first, what was original.
They belong to the data, so the order of arrival leaves no trace (docs/history.md).
"""

from typing import Literal

from etl_assets.datasets import Meaning
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.load.balance import refuse_difference
from etl_assets.warehouse.load.files import FileLedger
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings


def merge_rows(session: Session, observations: Observations, files: FileLedger) -> None:
    """Merge the staged rows of the files that mean ``rows`` or ``changes``."""
    for meaning in ("rows", "changes"):
        if any(entry.meaning == meaning and entry.status == "read" for entry in files.entries):
            _merge(session, observations, files, meaning)


def _merge(
    session: Session, observations: Observations, files: FileLedger, meaning: Literal["rows", "changes"]
) -> None:
    bindings = _bindings(observations, meaning)
    number = {"load_number": files.number}
    if files.dataset.extracted and _are_all_new(session, bindings, meaning):
        _insert_all(session, bindings, files, meaning)
        return
    session.run("drop table if exists arrived")
    session.run("drop table if exists matched")
    session.run("drop table if exists moved")
    session.do("load/arrived", bindings, {"meaning": meaning})
    session.analyze("arrived", observations.key)
    new_keys = session.ask("load/new_keys", bindings)[0][0] if meaning == "rows" else None
    session.do("load/matched", bindings)
    balance = _Balance(session, observations.dataset, meaning, files.staged(meaning))
    if bindings.columns["detail"] or observations.original:
        if session.do("load/moved", bindings):
            session.analyze("moved")
        balance.refuse_unmoved(session.do("load/move_deliveries", bindings, number))
    loaded = dict(session.ask("load/loaded_by_file", bindings))
    added = sum(loaded.values())
    balance.refuse_uninserted(session.do("load/insert_new_rows", bindings, number), added)
    files.loaded(loaded.items())
    files.wrote([added, balance.moved], more=added if new_keys is None else new_keys)


def _are_all_new(session: Session, bindings: Bindings, meaning: Meaning) -> bool:
    """Whether nothing is kept yet and no key comes twice, at the same time where it has one: as in a first extract."""
    if session.ask("load/any_known", bindings):
        return False
    ((repeated,),) = session.ask("load/repeated_identities", bindings, {"meaning": meaning})
    return not repeated


def _insert_all(session: Session, bindings: Bindings, files: FileLedger, meaning: Meaning) -> None:
    """Keep all staged rows, none of which can be a content that is known, or another's."""
    loaded = files.staged_of(meaning)
    added = sum(loaded.values())
    written = session.do("load/insert_all", bindings, {"meaning": meaning, "load_number": files.number})
    refuse_difference(files.dataset.name, "insert_all", counted=added, written=written)
    files.loaded(loaded.items())
    files.wrote([added], more=added)


class _Balance:
    """What was counted of the rows that arrived, held against what is written."""

    def __init__(self, session: Session, dataset: str, meaning: str, expected: int) -> None:
        """Refuse what was lost or doubled between the staged rows and the contents that are merged.

        ``moved`` counts the contents that were delivered earlier or later than was known.
        """
        self._dataset = dataset
        (counts,) = session.ask("load/merge_counts", values={"meaning": meaning})
        staged, deliveries, contents, matched, self.moved = map(int, counts)
        refuse_difference(dataset, "staged", counted=expected, written=staged)
        refuse_difference(dataset, "arrived", counted=staged, written=deliveries)
        refuse_difference(dataset, "matched", counted=contents, written=matched)

    def refuse_unmoved(self, written: int) -> None:
        """Of the contents that were delivered earlier or later than was known."""
        refuse_difference(self._dataset, "move_deliveries", counted=self.moved, written=written)

    def refuse_uninserted(self, written: int, counted: int) -> None:
        """Of the contents that are new."""
        refuse_difference(self._dataset, "insert_new_rows", counted=counted, written=written)


def _bindings(observations: Observations, meaning: Literal["rows", "changes"]) -> Bindings:
    names = tuple(observations.columns)
    is_timed = meaning == "changes"
    told = [name for name in (observations.effective_at, observations.op) if name and is_timed]
    identity = observations.key + tuple(name for name in told[:1] if name not in observations.key)
    op = tuple(told[1:])
    store = observations.stores["observed_events" if is_timed else "observed_rows"]
    return Bindings(
        columns={
            "column": names,
            "key": observations.key,
            "plain": tuple(name for name in names if name not in op),
            "op": op,
            "identity": identity,
            "detail": tuple(name for name in names if name not in identity),
        },
        tables={"target": store.qualified},
    )

"""Merging rows and change events: each distinct content is kept once, with its first and its last delivery.

Both deliveries are kept because either may decide: the last, which of two rows stands; the first, what was original.
They belong to the data, so the order of arrival leaves no trace (docs/history.md).
"""

from typing import Literal

from etl_assets.warehouse.engines import Session
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
    session.run("drop table if exists arrived")
    session.run("drop table if exists matched")
    session.run("drop table if exists moved")
    session.do("load/arrived", bindings, {"meaning": meaning})
    session.analyze("arrived")
    if meaning == "rows":
        files.new_keys += session.ask("load/new_keys", bindings)[0][0]
    session.do("load/matched", bindings)
    session.analyze("matched")
    if bindings.columns["detail"] or observations.original:
        session.do("load/moved", bindings)
        session.analyze("moved")
        session.do("load/move_deliveries", bindings, number)
    session.do("load/insert_new_rows", bindings, number)
    files.loaded((row[0], row[1]) for row in session.ask("load/loaded_by_file", bindings))


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

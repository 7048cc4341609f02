"""The tables that keep a dataset's observations, and the view over them."""

from collections.abc import Collection, Iterable

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.lake.manifest import FileEntry
from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.observations import UNREAD, Observations
from etl_assets.warehouse.tables import create_index, create_schema, create_table
from etl_assets.warehouse.views import create_view

_DELIVERIES = {"_first_file_id": "bigint", "_first_row": "bigint", "_last_file_id": "bigint", "_last_row": "bigint"}
_BOOKKEEPING = {
    "observed_snapshots": {"_first_file_id": "bigint", "_last_file_id": "bigint"},
    UNREAD: {"_file_id": "bigint"},
}
_LOADED_IN = {"_loaded_in": "bigint"}
_TENTH = 10
"""More than a tenth of new rows, and what the planner knows of a table is out of date."""


def ensure_stores(
    session: Session, dataset: Dataset, waiting: Collection[FileEntry], *, anew: bool = False
) -> Observations:
    """Make the tables and the view for what a dataset declares, what is kept of it and what waits; gives how they are.

    Args:
        session: The load's transaction.
        dataset: What is declared.
        waiting: The files that are loaded next.
        anew: Whether the tables were taken away, though the declaration is as it was.

    Raises:
        DeclarationError: When the declaration has changed in a way that kept rows cannot follow.
    """
    known = ledger.declaration(session, dataset.name)
    kept = Observations.from_json(known) if known else None
    observations = Observations.of(dataset).keeping(kept, {entry.meaning for entry in waiting})
    _refuse_mixture(observations)
    _refuse_timeless(observations, waiting)
    if known == observations.to_json() and not anew:
        return observations
    create_schema(session, dataset.table.schema)
    for name, store in observations.stores.items():
        _ensure_store(session, name, store, observations)
    create_view(session, dataset.table, observations.sql(session.dialect))
    declare = ledger.declare if known is None else ledger.redeclare
    declare(session, dataset.name, observations.to_json())
    return observations


def settle_stores(session: Session, observations: Observations, *, written: int, more: int) -> None:
    """After a load: index new tables (first rows go in faster without), count, tell the planner of many rows.

    Args:
        session: The load's transaction.
        observations: What is kept.
        written: How many rows the load has written.
        more: How many rows more the view shows, or its stores keep.
    """
    for store in observations.stores.values():
        create_index(session, store, observations.key, purpose="key")
        create_index(session, store, list(_LOADED_IN), purpose="load")
    rows = ledger.rows_now(session, observations.dataset) + more
    ledger.count_dataset(session, observations.dataset, rows)
    if written * _TENTH > rows:
        for name, store in observations.stores.items():
            session.analyze(store.qualified, _planned(name, observations))


def _planned(name: str, observations: Observations) -> list[str]:
    """The columns of a store by which its rows are found."""
    time = [observations.effective_at] if name == "observed_events" and observations.effective_at else []
    return list(dict.fromkeys([*observations.key, *time, *_BOOKKEEPING.get(name, _DELIVERIES), *_LOADED_IN]))


def _ensure_store(session: Session, name: str, store: TableName, observations: Observations) -> None:
    there = session.columns(store.schema, store.table)
    kept = {key: observations.columns[key] for key in observations.key} if name == UNREAD else observations.columns
    if not there:
        columns = kept | _BOOKKEEPING.get(name, _DELIVERIES) | _LOADED_IN
        create_table(session, store.qualified, columns, required=[*observations.key, *_LOADED_IN])
        return
    for column in kept.keys() - there.keys():
        session.run(f'alter table {store.qualified} add column "{column}" {kept[column]}')


def _refuse_mixture(observations: Observations) -> None:
    if observations.means("rows") and observations.are_timed:
        message = f"{observations.dataset} has files of rows in the lake beside changes or snapshots."
        raise DeclarationError(message, mend="Give the dataset another name, or load into a new warehouse and lake.")


def _refuse_timeless(observations: Observations, waiting: Iterable[FileEntry]) -> None:
    waits = next((entry.path for entry in waiting if entry.meaning == "changes"), None)
    if waits and not observations.effective_at:
        message = f"{waits} is in the lake as a file of changes, and {observations.dataset} has no effective_at."
        raise DeclarationError(message, mend="Name the column that holds a change's time.")

"""The tables that keep a dataset's observations, and the view over them."""

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.tables import create_index, create_schema, create_table, create_view

_DELIVERIES = {"_first_file_id": "bigint", "_first_row": "bigint", "_last_file_id": "bigint", "_last_row": "bigint"}
_RUN = {"_first_file_id": "bigint", "_last_file_id": "bigint"}
_LOADED_IN = {"_loaded_in": "bigint"}
_TENTH = 10
"""More than a tenth of new rows, and what the planner knows of a table is out of date."""


def ensure_stores(session: Session, dataset: Dataset) -> None:
    """Make the tables and the view that a dataset's declaration asks for.

    Raises:
        DeclarationError: When the declaration has changed in a way that kept rows cannot follow.
    """
    observations = Observations.of(dataset)
    known = ledger.declaration(session, dataset.name)
    if known == observations.to_json():
        return
    if known is not None:
        _refuse_changed_types(Observations.from_json(known), observations)
    create_schema(session, dataset.table.schema)
    for name, store in observations.stores.items():
        _ensure_store(session, store, observations, bookkeeping=_RUN if name == "observed_snapshots" else _DELIVERIES)
    create_view(session, dataset.table, observations.sql(session.dialect))
    declare = ledger.declare if known is None else ledger.redeclare
    declare(session, dataset.name, observations.to_json())


def settle_stores(session: Session, dataset: Dataset, *, loaded: int, new_keys: int) -> None:
    """After a load: index new tables (first rows go in faster without), count, tell the planner of many rows."""
    observations = Observations.of(dataset)
    for store in observations.stores.values():
        create_index(session, store, dataset.key, purpose="key")
        create_index(session, store, list(_LOADED_IN), purpose="load")
    rows = ledger.rows_now(session, dataset.name) + new_keys
    if observations.are_timed:
        rows = sum(session.value(f"select count(*) from {store.qualified}") for store in observations.stores.values())  # noqa: S608 - declared names
    ledger.count_dataset(session, dataset.name, rows)
    if loaded * _TENTH > rows:
        for store in observations.stores.values():
            session.analyze(store.qualified)


def _ensure_store(
    session: Session, store: TableName, observations: Observations, *, bookkeeping: dict[str, str]
) -> None:
    there = session.columns(store.schema, store.table)
    if not there:
        columns = observations.columns | bookkeeping | _LOADED_IN
        create_table(session, store.qualified, columns, required=[*observations.key, *_LOADED_IN])
        return
    for name in observations.columns.keys() - there.keys():
        session.run(f'alter table {store.qualified} add column "{name}" {observations.columns[name]}')


def _refuse_changed_types(known: Observations, wanted: Observations) -> None:
    same = (known.key, known.effective_at, known.op) == (wanted.key, wanted.effective_at, wanted.op)
    changed = [name for name, kind in known.columns.items() if wanted.columns.get(name) != kind]
    if changed or not same:
        what = f"the columns {', '.join(changed)}" if changed else "the key, the time or the operation"
        message = f"{wanted.dataset} has been loaded with other declarations of {what}."
        raise DeclarationError(message, mend="Load into a new warehouse, or declare them as they were.")

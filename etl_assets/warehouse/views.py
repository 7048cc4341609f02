"""Views, and what becomes of them when something that they read is made anew.

PostgreSQL binds a view to what it reads, which then cannot be dropped. Views of the warehouse are taken away and put
back in the same transaction; a person's view is never touched.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from etl_assets.errors import WarehouseError
from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines.base import Session


@dataclass(frozen=True)
class Dependent:
    """A view that reads something."""

    schema: str
    table: str
    definition: str

    @property
    def qualified(self) -> str:
        """Its name."""
        return f"{self.schema}.{self.table}"


def is_view(session: Session, table: TableName) -> bool:
    """Whether a name is a view's."""
    return (table.schema, table.table) in session.ask("status/views")


def create_view(session: Session, table: TableName, query: str) -> None:
    """Create a view, or put another query behind it.

    Raises:
        WarehouseError: When a view that is not the warehouse's own reads it, and its columns change.
    """
    if _only_adds(session, table, query):
        session.run(f"create or replace view {table.qualified} as {query}")
        return
    with remade(session, table):
        session.run(f"create view {table.qualified} as {query}")


def _only_adds(session: Session, table: TableName, query: str) -> bool:
    """Whether a query gives a view's columns and types as they are, and then perhaps more."""
    there = list(session.columns(table.schema, table.table).items())
    is_there = bool(there) and is_view(session, table)
    return is_there and list(session.described(query).items())[: len(there)] == there


@contextmanager
def remade(session: Session, table: TableName) -> Generator[None]:
    """Drop a table or view that is made anew within; the views of ours that read it come back if they still can.

    One that cannot, since a column is gone, is left to its own build.

    Raises:
        WarehouseError: When a view that is not the warehouse's own reads it.
    """
    dependents = _dependents(session, table)
    _refuse_others(session, table, dependents)
    for view in reversed(dependents):
        session.run(f"drop view {view.qualified}")
    session.run(f"drop {'view' if is_view(session, table) else 'table'} if exists {table.qualified}")
    yield
    for view in dependents:
        _put_back(session, view)


def _dependents(session: Session, table: TableName) -> list[Dependent]:
    if not session.dialect.VIEWS_BIND:
        return []
    return [Dependent(*row) for row in session.ask("model/dependents", values={"name": table.qualified})]


def _refuse_others(session: Session, table: TableName, dependents: list[Dependent]) -> None:
    for view in dependents:
        name = TableName.of_table(view.schema, view.table)
        if name and (ledger.declaration(session, name.key) is not None or ledger.model_version(session, name.key)):
            continue
        message = f"{table.key} has to be made anew, and the view {view.qualified}, which is none of ours, reads it."
        raise WarehouseError(message, mend=f"Keep its definition, drop {view.qualified}, run again, then create it.")


def _put_back(session: Session, view: Dependent) -> None:
    session.run("savepoint put_back")
    try:
        session.run(f"create view {view.qualified} as {view.definition}")
    except WarehouseError:
        session.run("rollback to savepoint put_back")
    session.run("release savepoint put_back")

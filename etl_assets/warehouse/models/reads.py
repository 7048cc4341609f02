"""What a build reads: the tables that it names and, where one is a view, what stands behind it.

A view has no rows of its own, so its version says nothing of them; whoever reads it has read what it reads.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import state
from etl_assets.warehouse.models.sql import ModelSql

Behind = Mapping[TableName, frozenset[TableName]]


def behind_views(session: Session, names: Sequence[TableName], root: Path) -> Behind:
    """For each name itself and all that stands behind it.

    A view counts as reading what its file says and what its last build read, since either may be the newer.
    """
    views = {tuple(row) for row in session.ask("status/views")}
    found: dict[TableName, frozenset[TableName]] = {}
    for name in names:
        seen, waiting = {name}, [name]
        while waiting:
            further = _reads_of_view(session, waiting.pop(), views, root) - seen
            seen |= further
            waiting += further
        found[name] = frozenset(seen)
    return found


def _reads_of_view(session: Session, name: TableName, views: set[tuple[str, ...]], root: Path) -> set[TableName]:
    if (name.schema, name.table) not in views or ledger.declaration(session, name.key) is not None:
        return set()
    told = set(ModelSql.read(name, root).upstreams) if name.sql_file(root).is_file() else set[TableName]()
    return told | {TableName.parse(key) for key in state.consumed(session, name.key)}


def everything(behind: Behind) -> tuple[TableName, ...]:
    """All names of a mapping, those behind others too, in name order."""
    return tuple(sorted({name for names in behind.values() for name in names}))

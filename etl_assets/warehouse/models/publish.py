"""Bringing a table to what was built, by writing the rows that differ and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from etl_assets.failpoints import reach
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Incremental
from etl_assets.warehouse.statement import Bindings
from etl_assets.warehouse.tables import create_index
from etl_assets.warehouse.views import is_view, remade


@dataclass(frozen=True, kw_only=True)
class Target:
    """The table that is published.

    Args:
        table: Its name.
        columns: All its columns, in order.
        identity: Those by which a built row finds its row in the table.
        scope: Which of its rows the build speaks of, as a condition over the alias ``r``; None for all.
        replaces: Which changed rows are deleted and inserted instead of updated, over the aliases ``b`` and ``t``.
        is_new: Whether the table has just been made, so that every built row is inserted.
    """

    table: TableName
    columns: Sequence[str]
    identity: Sequence[str]
    scope: exp.Expr | None = None
    replaces: exp.Expr | None = None
    is_new: bool = False

    def bindings(self, session: Session) -> Bindings:
        """As the statements need them."""
        in_place = session.dialect.UPDATES_IN_PLACE
        return Bindings(
            columns={
                "column": self.columns,
                "identity": self.identity,
                "detail": [name for name in self.columns if name not in self.identity],
            },
            tables={"target": self.table.qualified},
            expressions={
                "scope": self.scope or exp.true(),
                "replaces": (self.replaces or exp.false()) if in_place else exp.true(),
            },
        )


def matches(session: Session, table: TableName, built: str = "built") -> bool:
    """Whether a table, not a view, has the columns and types of the temporary table ``built``."""
    same = session.columns(table.schema, table.table) == session.columns("", built)
    return same and not is_view(session, table)


def create_like(session: Session, table: TableName, built: str = "built") -> None:
    """Make a table, anew if it is there, with the columns of the temporary table ``built``.

    Raises:
        WarehouseError: When a view that is not the warehouse's own reads the one that is there.
    """
    with remade(session, table):
        session.run(f"create table {table.qualified} as select * from {built} where 1 = 0")  # noqa: S608 - declared names


def among_touched(key: Sequence[str]) -> exp.Expr:
    """Whether a row ``r`` has one of the touched keys."""
    return _is_among("touched", key)


def is_observed(key: Sequence[str]) -> exp.Expr:
    """Whether the build observes anything of the key of a row ``r``."""
    return _is_among("observed", key)


def _is_among(table: str, key: Sequence[str]) -> exp.Expr:
    keys = f"{table}_keys"
    same = [exp.column(name, table=keys, quoted=True).eq(exp.column(name, table="r", quoted=True)) for name in key]
    return exp.Exists(this=exp.select("1").from_(f"{table} as {keys}").where(exp.and_(*same)))


def index_fact(session: Session, model: Incremental) -> None:
    """Make the indexes that are missing by which few of a fact's rows are found."""
    create_index(session, model.table, model.key, purpose="key")
    for member in model.members:
        create_index(session, model.table, member.named, purpose=member.column)


def publish(session: Session, target: Target) -> dict[str, int]:
    """Write what differs between ``built`` and the target; gives the rows by action."""
    return write_difference(session, target, find_difference(session, target))


def find_difference(session: Session, target: Target) -> dict[str, int]:
    """Let ``difference`` hold what differs between ``built`` and the target; gives the rows by action, -1 for all."""
    session.run("drop table if exists difference")
    session.do("model/all_new" if target.is_new else "model/difference", target.bindings(session))
    reach("model.after_stage")
    return {"insert": -1} if target.is_new else dict(session.ask("model/actions"))


def write_difference(session: Session, target: Target, actions: Mapping[str, int]) -> dict[str, int]:
    """Write the rows of ``difference``: first those that go, last those that come; gives the rows by action."""
    bindings = target.bindings(session)
    if actions.keys() & {"delete", "replace"}:
        session.do("model/delete", bindings)
    if "update" in actions:
        session.do("model/update", _details_only(bindings))
    if actions.keys() & {"insert", "replace"}:
        inserted = session.do("model/insert", bindings)
        actions = merged({"insert": inserted}) if target.is_new else actions
    if target.is_new:
        session.run("drop view difference")
    reach("model.after_apply")
    return dict(actions)


def _details_only(bindings: Bindings) -> Bindings:
    return Bindings(columns={"column": bindings.columns["detail"]}, tables=bindings.tables)


def merged(*counts: Mapping[str, int]) -> dict[str, int]:
    """The sum of counts by name, without those that are nothing."""
    names = {name: None for count in counts for name in count}
    return {name: total for name in names if (total := sum(count.get(name, 0) for count in counts))}

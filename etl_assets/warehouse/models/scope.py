"""Which keys a build has to ask again, and the model's query over those keys alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Incremental, Model, Type2
from etl_assets.warehouse.models.perkey import is_per_key
from etl_assets.warehouse.models.sql import ModelSql
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import to_sql


@dataclass(frozen=True)
class Upstream:
    """A dataset whose new rows say which keys to ask again.

    Args:
        observations: How it is kept.
        columns: Its columns that hold the model's key, in the order of that key.
    """

    observations: Observations
    columns: tuple[str, ...]


def keyed_upstreams(session: Session, model: Model, sql: ModelSql) -> dict[TableName, Upstream]:
    """The upstreams that tell touched keys; the others, when they change, touch every key.

    There are none where a row of the model may depend on more than one key.

    Raises:
        DeclarationError: When rows of one key of an upstream could belong to several keys of the model.
    """
    found: dict[TableName, Upstream] = {}
    for name in sql.upstreams:
        text = ledger.declaration(session, name.key)
        columns = _key_columns(model, name.key)
        if text is None or columns is None:
            continue
        observations = Observations.from_json(text)
        if isinstance(model, Type2) and (not observations.are_timed or set(columns) != set(observations.key)):
            continue
        if loose := sorted(set(columns) - set(observations.key)):
            message = (
                f"{model.name} is touched by {name.key} through {', '.join(loose)}, which is not in that table's key."
            )
            raise DeclarationError(
                message, mend="Leave it out of touched: the model is then built whole when it changes."
            )
        found[name] = Upstream(observations, columns)
    keyed = {name.qualified: upstream.columns for name, upstream in found.items()}
    return found if is_per_key(sql.for_engine(session.dialect), keyed, _model_key(model)) else {}


def _model_key(model: Model) -> tuple[str, ...]:
    """The columns that name a row of the model, or the versions of one key."""
    return model.key if isinstance(model, Type2 | Incremental) else ()


def _key_columns(model: Model, upstream: str) -> tuple[str, ...] | None:
    if isinstance(model, Type2):
        return model.key
    if isinstance(model, Incremental) and upstream in model.touched:
        return (model.touched[upstream],)
    return None


def collect_touched(
    session: Session,
    upstreams: Mapping[TableName, Upstream],
    since: Mapping[str, int],
    key: tuple[str, ...],
    *,
    also: Sequence[exp.Select] = (),
    table: str = "touched",
) -> int:
    """Put the keys with new observations into a temporary table; gives their number.

    Args:
        session: The build's.
        upstreams: Where observations are.
        since: The loads that are known of each.
        key: What the table's columns are called.
        also: Queries for other keys that have to be asked again.
        table: The table's name.
    """
    put_aside(session, table, touched_keys(upstreams, since, key, also=also))
    return session.value(f"select count(*) from {table}")  # noqa: S608 - the build's own table


def touched_keys(
    upstreams: Mapping[TableName, Upstream],
    since: Mapping[str, int],
    key: tuple[str, ...],
    *,
    also: Sequence[exp.Select] = (),
) -> exp.Query:
    """The query for the keys with new observations, each once; the arguments are those of ``collect_touched``."""
    selects = [
        _touched(store, upstream, since.get(name.key, 0), key)
        for name, upstream in upstreams.items()
        for store in upstream.observations.stores.values()
    ]
    selects += also
    return selects[0].distinct() if len(selects) == 1 else exp.union(*selects, distinct=True)


def put_aside(session: Session, table: str, query: exp.Expr) -> None:
    """Make a temporary table of a query's rows."""
    create = exp.Create(this=exp.to_table(table), kind="TABLE", properties=_temporary(), expression=query)
    session.run(to_sql(create, session.dialect))
    session.analyze(table)


def _touched(store: TableName, upstream: Upstream, since: int, key: tuple[str, ...]) -> exp.Select:
    named = [
        exp.alias_(exp.column(column, quoted=True), name, quoted=True)
        for column, name in zip(upstream.columns, key, strict=True)
    ]
    return exp.select(*named).from_(store.qualified).where(exp.column("_loaded_in") > since)


def restricted(
    session: Session, sql: ModelSql, upstreams: Mapping[TableName, Upstream], key: tuple[str, ...]
) -> exp.Expr:
    """The model's query over ``narrowed_<n>``: keyed upstreams cut down to the touched keys, which are read once."""
    narrowed: dict[str, str] = {}
    for number, (name, upstream) in enumerate(upstreams.items()):
        narrowed[name.qualified] = narrow(session, upstream, "touched", key, view=f"narrowed_{number}")
    return _with_tables(sql.for_engine(session.dialect), narrowed)


def narrow(session: Session, upstream: Upstream, among: str, key: tuple[str, ...], *, view: str) -> str:
    """Make a temporary view of an upstream's observations of the keys in a table; gives its name."""
    parts = {
        slot: _part(session, store, upstream, among, key, table=f"{view}_{slot}")
        for slot, store in upstream.observations.stores.items()
    }
    session.run(f"create temp view {view} as {upstream.observations.sql(session.dialect, parts)}")
    return view


def _part(
    session: Session, store: TableName, upstream: Upstream, among: str, key: tuple[str, ...], *, table: str
) -> str:
    same = [
        exp.column(column, table="s", quoted=True).eq(exp.column(name, table="t", quoted=True))
        for column, name in zip(upstream.columns, key, strict=True)
    ]
    whole = exp.alias_(exp.to_table(store.qualified), "s")
    put_aside(session, table, exp.select("s.*").from_(whole).join(f"{among} as t", on=exp.and_(*same)))
    return table


def _with_tables(tree: exp.Expr, others: Mapping[str, str]) -> exp.Expr:
    """The tree with other tables in the place of some, by qualified name."""
    for table in list(tree.find_all(exp.Table)):
        if other := others.get(f"{table.db}.{table.name}"):
            alias = table.alias_or_name
            table.replace(exp.alias_(exp.to_table(other), alias, table=True))
    return tree


def _temporary() -> exp.Properties:
    return exp.Properties(expressions=[exp.TemporaryProperty()])

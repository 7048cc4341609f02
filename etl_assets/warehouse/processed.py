"""The processed zone: the rows of marts as Parquet, a batch for what each load has changed.

    <warehouse>/<table>/manifests/<load_id>.json
    <warehouse>/<table>/data/<day>/<load_id>-<number>-<hash>.parquet

A batch is the whole table, or all rows of the keys that loads have touched since the batch before: what the last batch
says that has a key is all there is of the key. Its manifest is the commit, and says which state of the warehouse it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from etl_assets.failpoints import reach
from etl_assets.lake.manifest import FileEntry, Manifest, PartEntry, load_id_of
from etl_assets.lake.processed import Processed
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.models import state
from etl_assets.warehouse.models.declare import Model, Type2
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.scope import keyed_upstreams, touched_keys
from etl_assets.warehouse.statement import to_sql

if TYPE_CHECKING:
    from etl_assets.lake.lake import Lake
    from etl_assets.warehouse.engines import Engine, Session


@dataclass(frozen=True, kw_only=True)
class ProcessedReport:
    """What was written of a table.

    Args:
        rows: The batch's; 0 when nothing was new.
        is_whole: Whether they are the whole table.
        load_id: The batch's; empty when nothing was new, or another run was first.
        parts: The batch's files.
    """

    rows: int = 0
    is_whole: bool = False
    load_id: str = ""
    parts: tuple[PartEntry, ...] = ()


def write_processed(engine: "Engine", model: Model, zone: "Lake", *, sql_root: Path = SQL_ROOT) -> ProcessedReport:
    """Bring what is new of a mart into the processed zone.

    Args:
        engine: The warehouse.
        model: The mart.
        zone: Where it goes.
        sql_root: The folder of the SQL files.
    """
    name = processed_key(model.table)
    landed = [each.processed for each in zone.manifests(name) if each.processed]
    last = max(landed, key=lambda one: one.number, default=None)
    plan = Plan.read(model, sql_root)
    with engine.reading() as session:
        now = _standing(session, plan, (last.number if last else 0) + 1)
        if now is None or (last and (last.version, last.built_at) == (now.version, now.built_at)):
            return ProcessedReport()
        query = _touched_rows(session, plan, last, now) if last else None
        batch = replace(now, is_whole=query is None)
        return _write(session, zone, model, batch, query or exp.select("*").from_(model.table.qualified))


def processed_key(table: TableName) -> str:
    """The asset key of a mart's rows in the processed zone, as ``totesys/processed/fact_sales_order``."""
    return f"{table.warehouse}/processed/{table.table}"


def _standing(session: "Session", plan: Plan, number: int) -> Processed | None:
    """The state that the table has; None when it was never built."""
    name = plan.model.name
    if not session.columns("etl", "builds") or (last := state.last_build(session, name)).built_at is None:
        return None
    return Processed(
        number=number,
        version=last.version,
        built_at=last.built_at,
        definition=last.definition,
        consumed=state.consumed(session, name),
        is_whole=True,
    )


def _touched_rows(session: "Session", plan: Plan, last: Processed, now: Processed) -> exp.Select | None:
    """The query for the rows of the touched keys; None where the whole table has to be written.

    That is where keys are not all that matters (the model looks other tables up, or is no versions of keys), where the
    model is another one, where rows have gone, where no load is what changed it, and where this is not the warehouse
    that the last batch is of.
    """
    model = plan.model
    if not isinstance(model, Type2) or model.lookups or last.definition != now.definition:
        return None
    upstreams = keyed_upstreams(session, model, plan.sql)
    if upstreams.keys() != {*plan.sql.upstreams} or not _goes_on(session, model, last):
        return None
    if all(last.consumed.get(name.key) in {None, now.consumed[name.key]} for name in upstreams):
        return None
    return _rows_of(model.table, model.key, touched_keys(upstreams, last.consumed, model.key))


def _goes_on(session: "Session", model: Model, last: Processed) -> bool:
    """Whether the ledger has the build of the last batch, and no later one has taken rows away."""
    values: Mapping[str, object] = {"model": model.name, "version": last.version, "built_at": last.built_at}
    return bool(session.ask("ledger/goes_on", values=values)[0][0])


def _rows_of(table: TableName, key: Sequence[str], keys: exp.Query) -> exp.Select:
    same = [exp.column(name, table="k", quoted=True).eq(exp.column(name, table="r", quoted=True)) for name in key]
    among = exp.select("1").from_(exp.Subquery(this=keys, alias=exp.TableAlias(this=exp.to_identifier("k"))))
    return exp.select("r.*").from_(f"{table.qualified} as r").where(exp.Exists(this=among.where(exp.and_(*same))))


def _write(session: "Session", zone: "Lake", model: Model, batch: Processed, query: exp.Select) -> ProcessedReport:
    name, path = processed_key(model.table), f"{model.table.table}/{batch.number:08}"
    load_id = load_id_of(name, [(path, str(batch.number))])
    with zone.writer(name) as writer:
        rows = writer.write_file(session.batches(to_sql(query, session.dialect)))
        parts = writer.publish(load_id, f"{batch.built_at:%Y-%m-%d}")
    reach("processed.before_manifest")
    file = FileEntry(
        dataset=name,
        path=path,
        sha256=sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
        size=sum(part.bytes for part in parts),
        modified_at=batch.built_at,
        order_at=batch.built_at,
        meaning="rows",
        rows=rows,
    )
    manifest = Manifest(load_id=load_id, dataset=name, files=(file,), parts=parts, rows=rows, processed=batch)
    if not zone.commit(manifest):
        return ProcessedReport()
    reach("processed.after_manifest")
    return ProcessedReport(rows=rows, is_whole=batch.is_whole, load_id=load_id, parts=parts)

"""Building a model: ask what is touched, build it aside, publish what differs, audit, and only then commit."""

from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

from sqlglot import exp

from etl_assets.failpoints import reach
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.models import dimension as dimensions
from etl_assets.warehouse.models import inferred, members, pointers, scope, state
from etl_assets.warehouse.models.audit import audit, checks_of, every_row, reaches_across
from etl_assets.warehouse.models.cascade import naming_changed
from etl_assets.warehouse.models.declare import Incremental, Member, Model, Table, Type2, View
from etl_assets.warehouse.models.locks import take_locks
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.promise import refuse_broken
from etl_assets.warehouse.models.publish import Target, among_touched, create_like, index_fact, matches, merged, publish
from etl_assets.warehouse.models.reads import Behind, everything
from etl_assets.warehouse.models.reports import BuildReport, CheckResult
from etl_assets.warehouse.models.restate import Restated, told_since
from etl_assets.warehouse.models.work import Work
from etl_assets.warehouse.statement import to_sql
from etl_assets.warehouse.tables import create_schema
from etl_assets.warehouse.views import create_view, is_view


def build_model(
    engine: Engine, model: Model, *, sql_root: Path = SQL_ROOT, restated: Restated | None = None
) -> BuildReport:
    """Bring a model up to date with its upstreams.

    Args:
        engine: The warehouse.
        model: What is built.
        sql_root: The folder of the SQL files.
        restated: What to ask again though nothing has changed; still only the rows that differ are written.

    Raises:
        BlockingCheckFailed: When new rows break a blocking check; the table stands as it was.
        DeclarationError: When the declaration does not fit the SQL.
    """
    started = perf_counter()
    plan = Plan.read(model, sql_root)
    while True:
        with engine.writing(asset=model.name) as session:
            if (locks := take_locks(session, plan)) is None:
                continue
            versions = state.versions_of(session, everything(locks.behind))
            if restated is None and _is_current(session, plan, versions):
                return _unchanged(session, model, started)
            report = _build(session, plan, locks.behind, versions, started=started, restated=restated)
            reach("model.before_commit")
        reach("model.after_commit")
        return report


def _is_current(session: Session, plan: Plan, versions: dict[str, int]) -> bool:
    model = plan.model
    return (
        state.last_build(session, model.name).definition == plan.definition
        and state.consumed(session, model.name) == versions
        and bool(session.columns(model.table.schema, model.table.table))
    )


def _build(
    session: Session,
    plan: Plan,
    behind: Behind,
    versions: dict[str, int],
    *,
    started: float,
    restated: Restated | None,
) -> BuildReport:
    model = plan.model
    last = state.last_build(session, model.name)
    same = last.definition == plan.definition and bool(session.columns(model.table.schema, model.table.table))
    consumed = state.consumed(session, model.name)
    narrow = same and versions.keys() <= consumed.keys() and (restated is None or restated.since is not None)
    work = Work(
        session=session,
        model=model,
        sql=plan.sql,
        is_new=not same,
        versions=versions,
        behind=behind,
        since=consumed if narrow else {},
        restated=restated.since if restated else None,
    )
    refuse_broken(session, plan)
    create_schema(session, model.table.schema)
    _builder_of(model)(work)
    results = audit(session, plan, scopes=_scopes(work), whole=_asked_whole(work))
    reach("model.after_audit")
    return _record(work, results, plan.definition, started)


def _build_view(work: Work) -> None:
    session, table, query = work.session, work.model.table, to_sql(work.query, work.session.dialect)
    if (
        not work.since
        or not is_view(session, table)
        or session.columns(table.schema, table.table) != session.described(query)
    ):
        create_view(session, table, query)


def _build_table(work: Work) -> None:
    model = work.model
    assert isinstance(model, Table)  # noqa: S101 - chosen by type
    work.session.run(f"create temp view built as {to_sql(work.query, work.session.dialect)}")
    is_new = not matches(work.session, model.table)
    if is_new:
        create_like(work.session, model.table)
    columns = tuple(work.session.columns("", "built"))
    target = Target(table=model.table, columns=columns, identity=model.key, is_new=is_new)
    work.actions = publish(work.session, target)


def _build_incremental(work: Work) -> None:
    model, session = work.model, work.session
    assert isinstance(model, Incremental)  # noqa: S101 - chosen by type
    query = _narrowed(work, model.key) or work.query
    asked = session.run(f"create temp table asked as {to_sql(query, session.dialect)}")
    session.analyze("asked")
    among = among_touched(model.key) if work.touched >= 0 else None
    pointed = set(pointers.dimensions_of(session, model.name))
    pointers.keep_members(session, model)
    work.inferred = inferred.infer_members(session, model)
    members.resolve_members(session, model, facts=asked)
    is_new = among is None and not matches(session, model.table)
    if is_new:
        create_like(session, model.table)
    if among is not None:
        inferred.remember_named(session, model, among)
    columns = tuple(session.columns("", "built"))
    target = Target(table=model.table, columns=columns, identity=model.key, scope=among, is_new=is_new)
    work.actions = publish(session, target)
    if among is None:
        index_fact(session, model)
        session.analyze(model.table.qualified)
    work.forgotten = _forget_unnamed(work, model, pointed)


def _forget_unnamed(work: Work, model: Incremental, pointed: set[str]) -> dict[str, int]:
    """Drop the inferred members that this build has left without a fact; counts by dimension."""
    if work.touched < 0:
        every = pointed | {member.dimension for member in model.members}
        return {name: inferred.drop_unnamed(work.session, name) for name in sorted(every)}
    return inferred.drop_freed(work.session, model)


def _build_type2(work: Work) -> None:
    model, session = work.model, work.session
    assert isinstance(model, Type2)  # noqa: S101 - chosen by type
    query = _narrowed(work, model.key)
    dimensions.build_versions(session, model, query or work.query, narrowed=query is not None)
    known = pointers.Dimension.of(model)
    has_other_key = pointers.keep_dimension(session, known)
    if query is None:
        _publish_whole(work, model, known, is_new=has_other_key or not matches(session, model.table))
    else:
        work.actions = dimensions.publish_versions(session, model)
    work.repointed = {fact: rows for fact, rows in members.repoint(session, model.name).items() if rows}
    reach("model.after_repoint")


def _publish_whole(work: Work, model: Type2, known: pointers.Dimension, *, is_new: bool) -> None:
    """Publish every version of a dimension, in a new table or not, and every member that facts ask for."""
    session = work.session
    if is_new:
        create_like(session, model.table)
    unknown = dimensions.settle_unknown(session, model)
    dimensions.touch_everything(session, model)
    written = dimensions.publish_versions(session, model, is_new=is_new)
    if is_new:
        dimensions.index_dimension(session, model)
    session.analyze(model.table.qualified)
    added = inferred.infer_again(session, known, anew=work.is_new)
    work.actions = merged(merged(written, {"insert": added}), {} if is_new else unknown)


def _builder_of(model: Model) -> Callable[[Work], None]:
    builders = {View: _build_view, Table: _build_table, Incremental: _build_incremental, Type2: _build_type2}
    return next(builder for kind, builder in builders.items() if isinstance(model, kind))


def _narrowed(work: Work, key: tuple[str, ...]) -> exp.Expr | None:
    """The query over the touched keys alone; None when everything has to be asked again."""
    keyed = scope.keyed_upstreams(work.session, work.model, work.sql)
    others = {behind.key for name in set(work.sql.upstreams) - keyed.keys() for behind in work.behind.get(name, ())}
    if not work.since or not keyed or any(work.versions[name] != work.since.get(name) for name in others):
        return None
    work.upstreams = keyed
    work.session.expect_few()
    also = naming_changed(work.session, work.model, work.query, work.since)
    if work.restated is not None:
        also += told_since(work.session, work.model, work.query, work.restated)
    work.touched = scope.collect_touched(work.session, keyed, work.since, key, also=also)
    return scope.restricted(work.session, work.sql, keyed, key)


def _scopes(work: Work) -> Mapping[str, exp.Expr]:
    """The tables that the checks look at, cut down to the touched keys where those are known."""
    model = work.model
    whole = every_row(model)
    pointing = {"pointing": pointers.pointing(work.session, model.name)} if isinstance(model, Type2) else {}
    if work.touched < 0 or not isinstance(model, Incremental | Type2):
        return {"audited": whole, **pointing}
    parts = {name.qualified: exp.select("r.*").from_(f"narrowed_{n} as r") for n, name in enumerate(work.upstreams)}
    return {"audited": whole.where(among_touched(model.key)), **pointing, **parts}


def _asked_whole(work: Work) -> set[str]:
    """The checks that touched keys are not enough for.

    They compare rows of several keys, what they compare with has changed, or they found rows before.

    That a fact's members are there is not among them: their dimension's own build has seen to it.
    """
    model = work.model
    members = {(member.dimension, (member.column,)) for member in _members(model)}
    changed = {name for name, version in work.versions.items() if work.since.get(name) != version}
    changed -= {name.key for name in work.upstreams}
    compared = {
        check.name: work.behind.get(TableName.parse(check.other), frozenset())
        for check in model.checks
        if check.other and (check.other, check.columns) not in members
    }
    found = {result.name for result in state.kept_checks(work.session, model.name) if not result.passed}
    found |= {check.name for check in checks_of(model) if reaches_across(check, model, work.held)}
    return found | {name for name, behind in compared.items() if any(one.key in changed for one in behind)}


def _members(model: Model) -> tuple[Member, ...]:
    return model.members if isinstance(model, Incremental) else ()


def _record(work: Work, results: tuple[CheckResult, ...], definition: str, started: float) -> BuildReport:
    session, model = work.session, work.model
    rows = _rows(work)
    seconds = perf_counter() - started
    state.keep_checks(session, model.name, results)
    if work.is_new or work.repointed or sum(work.actions.values()):
        version = state.record_build(session, model.name, definition, rows=rows, actions=work.actions, seconds=seconds)
        pointers.record_moves(session, model.name, version, work.repointed)
    changed = list(merged(work.inferred, work.forgotten))
    for name in changed:
        pointers.record_change(session, name, more=work.inferred.get(name, 0) - work.forgotten.get(name, 0))
    own = state.versions_of(session, [TableName.parse(name) for name in changed if name in work.versions])
    state.consume(session, model.name, work.versions | own)
    for fact in {fact for fact, _ in work.repointed}:
        pointers.record_change(session, fact)
    return _report(session, model, work, rows, results, seconds=seconds)


def _rows(work: Work) -> int:
    """The table's rows: counted where all were asked or some had gone, else what the ledger and the actions give."""
    if work.touched < 0 or work.restated is not None:
        return work.session.value(f"select count(*) from {work.model.table.qualified}")  # noqa: S608 - a declared name
    before = state.last_build(work.session, work.model.name).rows
    return before + work.actions.get("insert", 0) - work.actions.get("delete", 0)


def _report(
    session: Session, model: Model, work: Work | None, rows: int, results: tuple[CheckResult, ...], *, seconds: float
) -> BuildReport:
    actions = work.actions if work else {}
    moved = work.repointed if work else {}
    return BuildReport(
        model=model.name,
        rows=rows,
        inserted=actions.get("insert", 0),
        updated=actions.get("update", 0) + actions.get("replace", 0),
        deleted=actions.get("delete", 0),
        repointed={f"{fact}.{column}": count for (fact, column), count in moved.items()},
        touched=work.touched if work else 0,
        seconds=seconds,
        columns=session.columns(model.table.schema, model.table.table),
        checks=results,
    )


def _unchanged(session: Session, model: Model, started: float) -> BuildReport:
    last = state.last_build(session, model.name)
    return _report(
        session, model, None, last.rows, state.kept_checks(session, model.name), seconds=perf_counter() - started
    )

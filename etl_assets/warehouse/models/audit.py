"""Audits: the checks of a table, run on its new rows inside the transaction that publishes them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlglot import exp

from etl_assets.errors import AuditFailed
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.checks import Check, not_null, unique
from etl_assets.warehouse.models.declare import Incremental, Model, Table, Type2
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.reports import CheckResult
from etl_assets.warehouse.statement import Bindings, bound, render, to_sql
from etl_assets.words import counted

_SAMPLE: Final = 10
_UNKNOWN: Final = "unknown_member_exists"
_TYPE2: Final = {
    "versions_do_not_overlap": "No two versions of a key hold at the same time.",
    "versions_have_a_length": "Every version ends after it begins.",
    "one_version_is_current": "No key has two current versions.",
    _UNKNOWN: "The member with the key -1 is there, once.",
    "facts_point_to_versions": "No fact points to a version that is gone.",
}


class BlockingCheckFailed(AuditFailed):
    """New rows break a blocking check.

    Args:
        message: Which table and check.
        results: What every check found.
    """

    def __init__(self, message: str, *, mend: str, results: tuple[CheckResult, ...]) -> None:
        """Keep what was found, to be shown."""
        super().__init__(message, mend=mend)
        self.results = results


def checks_of(model: Model) -> tuple[Check, ...]:
    """The checks that the kind brings, and those that are declared; one that is both, once."""
    own: list[Check] = []
    if isinstance(model, Table | Incremental):
        own = [unique(*model.key)]
    if isinstance(model, Incremental):
        own += [not_null(column) for column in (*model.key, *(member.column for member in model.members))]
    if isinstance(model, Type2):
        own = [unique(model.surrogate), not_null(model.surrogate)]
        own += [
            Check(name=name, kind=name, columns=model.key, description=text)
            for name, text in _TYPE2.items()
            if model.unknown_member or name != _UNKNOWN
        ]
    declared = {(check.name, check.kind) for check in model.checks}
    return (*(check for check in own if (check.name, check.kind) not in declared), *model.checks)


def reaches_across(check: Check, model: Model, held: Mapping[str, Sequence[str]]) -> bool:
    """Whether a check may compare rows of several keys, so that the rows of some keys do not show what it would find.

    Args:
        check: The check.
        model: What it is of.
        held: The columns that hold the model's key in the upstreams that are cut down to the same keys, by name.
    """
    key = model.key if isinstance(model, Incremental | Type2) else ()
    if check.kind == "unique":
        own = {model.surrogate} if isinstance(model, Type2) else set(key)
        return not (set(key) <= set(check.columns) or own <= set(check.columns))
    same_keys = check.columns == key and check.other_columns == held.get(check.other)
    return not same_keys and (check.kind == "conserves" or (check.kind == "references" and check.other in held))


def audit(
    session: Session, plan: Plan, *, scopes: Mapping[str, exp.Expr], whole: Collection[str] = ()
) -> tuple[CheckResult, ...]:
    """Run every check of a model.

    Args:
        session: The transaction that publishes.
        plan: What is published.
        scopes: Queries that cut tables down to the touched keys: ``audited`` and, by qualified name, upstreams. For a
            dimension, ``pointing`` gives what facts point to.
        whole: The checks that look at every row nevertheless: by name.

    Raises:
        BlockingCheckFailed: When a blocking check finds rows.
    """
    all_rows = {name: query for name, query in scopes.items() if name == "pointing"} | {
        "audited": every_row(plan.model)
    }
    queries = {
        check: _query(session, plan, check, all_rows if check.name in whole else scopes)
        for check in checks_of(plan.model)
    }
    counts = _counts(session, [*queries.values()])
    results = tuple(
        _result(session, check, query, bad_rows)
        for (check, query), bad_rows in zip(queries.items(), counts, strict=True)
    )
    broken = [result for result in results if result.blocking and not result.passed]
    if broken:
        found = "; ".join(
            f"{result.name}: {counted(result.bad_rows, 'row')}, such as {_shown(result.sample[:1])}"
            for result in broken
        )
        message = f"{plan.model.name} is left as it was, since new rows break {found}."
        raise BlockingCheckFailed(message, mend="Correct the source or the rule, then run again.", results=results)
    return results


def every_row(model: Model) -> exp.Select:
    """The whole table."""
    return exp.select("r.*").from_(exp.alias_(exp.to_table(model.table.qualified), "r"))


def _shown(sample: Sequence[Mapping[str, object]]) -> str:
    return ", ".join(f"{name}={value}" for row in sample for name, value in row.items())


def _counts(session: Session, queries: Sequence[str]) -> Sequence[int]:
    """How many rows each of the queries gives, asked as one."""
    counted = ", ".join(f"(select count(*) from ({query}) as bad_rows)" for query in queries)  # noqa: S608 - the project's own statements
    return session.rows(f"select {counted}")[0] if queries else ()


def _result(session: Session, check: Check, query: str, bad_rows: int) -> CheckResult:
    sample: list[dict[str, object]] = []
    if bad_rows:
        reader = session.batches(f"select * from ({query}) as bad_rows limit {_SAMPLE}")  # noqa: S608 - as above
        sample = reader.read_all().to_pylist()
    return CheckResult(name=check.name, blocking=check.blocking, bad_rows=bad_rows, sample=tuple(sample), query=query)


def _query(session: Session, plan: Plan, check: Check, scopes: Mapping[str, exp.Expr]) -> str:
    if check.kind == "sql":
        return to_sql(plan.checks[check.name].for_engine(session.dialect), session.dialect)
    file, bindings = f"checks/{check.kind}", _bindings(plan.model, check, scopes)
    if not check.values:
        return render(file, session.dialect, bindings)
    tree = bound(file, bindings, session.dialect)
    values = [
        exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value) for value in check.values
    ]
    for accepted in tree.find_all(exp.In):
        accepted.set("expressions", values)
    return to_sql(tree, session.dialect)


def _bindings(model: Model, check: Check, scopes: Mapping[str, exp.Expr]) -> Bindings:
    other = TableName.parse(check.other).qualified if check.other else ""
    queries = {name: scopes[name] for name in ("audited", "pointing") if name in scopes}
    queries |= {"other": scopes[other]} if other in scopes else {}
    tables = {"target": model.table.qualified} | ({} if other in scopes else {"other": other})
    columns = {"column": check.columns, "key": check.columns}
    named = {"column": check.columns[:1], "other": check.other_columns[:1]}
    expressions = {slot: exp.column(names[0]) for slot, names in named.items() if names}
    if isinstance(model, Type2):
        expressions["surrogate"] = exp.column(model.surrogate)
    return Bindings(
        columns=columns,
        tables=tables,
        queries=queries,
        expressions={**expressions, "values": exp.null()},
    )

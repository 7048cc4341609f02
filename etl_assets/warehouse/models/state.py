"""What the ledgers know of a model: its last build, what it has consumed, and what its checks found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.reports import CheckResult


@dataclass(frozen=True)
class LastBuild:
    """A model as it was last published; version 0 before the first time."""

    version: int = 0
    definition: str = ""
    rows: int = 0
    built_at: datetime | None = None


def last_build(session: Session, model: str) -> LastBuild:
    """The model's last build that wrote."""
    rows = session.ask("ledger/last_build", values={"model": model})
    return LastBuild(*rows[0]) if rows else LastBuild()


def versions_of(session: Session, upstreams: Sequence[TableName]) -> dict[str, int]:
    """The upstreams' versions now, a dataset's or a model's."""
    return {
        name.key: ledger.dataset_version(session, name.key) or ledger.model_version(session, name.key)
        for name in upstreams
    }


def consumed(session: Session, model: str) -> dict[str, int]:
    """The upstreams' versions that the model has consumed."""
    return dict(session.ask("ledger/consumed", values={"model": model}))


def consume(session: Session, model: str, versions: Mapping[str, int]) -> None:
    """Write down what the model has consumed."""
    session.do("ledger/forget_consumed", values={"model": model})
    rows = [{"model": model, "upstream": name, "upstream_version": version} for name, version in versions.items()]
    session.insert("etl.models", rows)


def record_build(
    session: Session, model: str, definition: str, *, rows: int, actions: Mapping[str, int], seconds: float
) -> int:
    """Write down a build that wrote; gives its version."""
    version = ledger.model_version(session, model) + 1
    session.do(
        "ledger/insert_build",
        values={
            "model": model,
            "version": version,
            "definition": definition,
            "rows_now": rows,
            "rows_inserted": actions.get("insert", 0),
            "rows_updated": actions.get("update", 0) + actions.get("replace", 0),
            "rows_deleted": actions.get("delete", 0),
            "seconds": seconds,
            "built_at": datetime.now(UTC).replace(tzinfo=None),
        },
    )
    return version


def keep_checks(session: Session, model: str, results: Sequence[CheckResult]) -> None:
    """Write down what the checks found, for the runs in which nothing changes."""
    session.do("ledger/forget_checks", values={"model": model})
    rows = [
        {
            "model": model,
            "name": result.name,
            "is_blocking": result.blocking,
            "bad_rows": result.bad_rows,
            "sample": json.dumps(result.sample, default=str),
            "query": result.query,
        }
        for result in results
    ]
    session.insert("etl.checks", rows)


def kept_checks(session: Session, model: str) -> tuple[CheckResult, ...]:
    """What the checks found when the model was last built."""
    return tuple(
        CheckResult(name=name, blocking=blocking, bad_rows=bad_rows, sample=tuple(json.loads(sample)), query=query)
        for name, blocking, bad_rows, sample, query in session.ask("ledger/checks", values={"model": model})
    )

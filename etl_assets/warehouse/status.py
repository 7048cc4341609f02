"""How a warehouse stands, as its ledgers tell."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from etl_assets.names import TableName
from etl_assets.warehouse import ledger
from etl_assets.warehouse.dead_letters import DeadLetter, dead_letters
from etl_assets.warehouse.engines.base import Engine, Session


@dataclass(frozen=True, kw_only=True)
class DatasetStatus:
    """What a staging table's loads brought in all.

    Args:
        dataset: The staging table's key.
        loads: How many there were.
        files: Deliveries that they read.
        rows_read: Their rows: loaded, quarantined or duplicate.
        rows_loaded: Rows that became part of the table.
        rows_quarantined: Rows that did not fit the declaration.
        rows_duplicate: Rows that were known already.
        loaded_at: When the last load was, UTC.
        newest_at: The time of the newest file that is loaded, UTC: the one in its name, else when it was written.
    """

    dataset: str
    loads: int
    files: int
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_duplicate: int
    loaded_at: datetime
    newest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class BrokenCheck:
    """A check that found rows."""

    name: str
    blocking: bool
    bad_rows: int


@dataclass(frozen=True, kw_only=True)
class TableStatus:
    """A model as it was last published.

    Args:
        model: Its key.
        version: How often it was written.
        rows: The rows that it has; None for a view, which has none of its own.
        built_at: When it was written last, UTC.
        newest_at: The time of the newest file among all that it is made of, UTC.
        behind: Upstreams that have changed since.
        broken: Checks that found rows.
    """

    model: str
    version: int
    rows: int | None
    built_at: datetime
    newest_at: datetime | None
    behind: tuple[str, ...]
    broken: tuple[BrokenCheck, ...]


@dataclass(frozen=True, kw_only=True)
class QuarantineStatus:
    """What of a dataset is in the quarantine.

    Args:
        dataset: The staging table's key.
        files: Files that are there whole.
        rows: Rows that did not fit, of other files.
        a_file: One of the files.
    """

    dataset: str
    files: int
    rows: int
    a_file: str | None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A load or a build that failed, and has not succeeded since.

    Args:
        asset: What was to be brought up to date.
        message: What went wrong.
        failed_at: When, UTC.
    """

    asset: str
    message: str
    failed_at: datetime


@dataclass(frozen=True, kw_only=True)
class WarehouseStatus:
    """A warehouse: nothing at all before its first run."""

    warehouse: str
    datasets: tuple[DatasetStatus, ...] = ()
    tables: tuple[TableStatus, ...] = ()
    quarantine: tuple[QuarantineStatus, ...] = ()
    failures: tuple[Failure, ...] = ()
    given_up: tuple[DeadLetter, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """What of a dataset is in the quarantine, where a file that came again under its name counts as it came last.

    Args:
        rows: Rows that did not fit.
        files: Files whose rows could not be told apart.
        sample: A few of both: path, line, column, value, reason.
    """

    rows: int
    files: int
    sample: tuple[dict[str, object], ...]


def status(engine: Engine, warehouse: str) -> WarehouseStatus:
    """How a warehouse stands.

    Args:
        engine: Where it is.
        warehouse: Its name, as ``support``.

    Raises:
        WarehouseError: When it cannot be reached.
    """
    with engine.reading() as session:
        if not ledger.exists(session):
            return WarehouseStatus(warehouse=warehouse)
        return WarehouseStatus(
            warehouse=warehouse,
            datasets=_datasets(session, warehouse),
            tables=_tables(session, warehouse),
            quarantine=_quarantines(session, warehouse),
            failures=failures(session, warehouse),
            given_up=dead_letters(session, warehouse),
        )


def quarantined(engine: Engine, dataset: str) -> Quarantined:
    """What of a dataset is in the quarantine."""
    values = {"dataset": dataset}
    with engine.reading() as session:
        rows, files = session.ask("status/quarantined", values=values)[0]
        sample = session.ask("status/quarantine_sample", values=values) if rows or files else []
    columns = ("file", "line", "column", "value", "reason")
    return Quarantined(
        rows=int(rows), files=int(files), sample=tuple(dict(zip(columns, row, strict=True)) for row in sample)
    )


def waiting_loads(engine: Engine, committed: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How many of the lake's loads a warehouse has not loaded yet, as ``not_loaded``."""
    return {name: len(ids) for name, ids in not_loaded(engine, committed).items()}


def not_loaded(engine: Engine, committed: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Which of the lake's loads a warehouse has not loaded yet.

    Args:
        engine: Where the warehouse is.
        committed: The lake's load ids by dataset.
    """
    with engine.reading() as session:
        is_new = not ledger.exists(session)
        loaded = {name: set[str]() if is_new else ledger.loaded_ids(session, name) for name in committed}
    return {name: set(ids) - loaded[name] for name, ids in committed.items()}


def failures(session: Session, warehouse: str) -> tuple[Failure, ...]:
    """What failed last; none where the ledgers are older than this one."""
    found = session.ask("status/failures", values=_of(warehouse)) if session.columns("etl", "failures") else ()
    return tuple(Failure(asset=asset, message=message, failed_at=failed_at) for asset, message, failed_at in found)


def _datasets(session: Session, warehouse: str) -> tuple[DatasetStatus, ...]:
    newest = _newest(session)
    return tuple(
        DatasetStatus(
            dataset=dataset,
            loads=loads,
            files=int(files),
            rows_read=int(read),
            rows_loaded=int(loaded),
            rows_quarantined=int(bad),
            rows_duplicate=int(known),
            loaded_at=loaded_at,
            newest_at=newest.get(dataset),
        )
        for dataset, loads, files, read, loaded, bad, known, loaded_at in session.ask(
            "status/datasets", values=_of(warehouse)
        )
    )


def _newest(session: Session) -> dict[str, datetime]:
    return dict(session.ask("status/newest"))


def _newest_behind(session: Session, warehouse: str) -> dict[str, datetime | None]:
    """The newest file's time among all that a model is made of, by model."""
    found: dict[str, datetime | None] = dict(_newest(session))
    upstreams: defaultdict[str, list[str]] = defaultdict(list)
    for model, upstream in session.ask("status/consumed", values=_of(warehouse)):
        upstreams[model].append(upstream)

    def newest(name: str) -> datetime | None:
        if name not in found:
            found[name] = None
            found[name] = max((at for each in upstreams[name] if (at := newest(each))), default=None)
        return found[name]

    return {model: newest(model) for model in [*upstreams]}


def _tables(session: Session, warehouse: str) -> tuple[TableStatus, ...]:
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for model, upstream in session.ask("status/behind", values=_of(warehouse)):
        behind[model].append(upstream)
    broken: defaultdict[str, list[BrokenCheck]] = defaultdict(list)
    for model, name, blocking, bad_rows in session.ask("status/broken", values=_of(warehouse)):
        broken[model].append(BrokenCheck(name=name, blocking=blocking, bad_rows=bad_rows))
    newest = _newest_behind(session, warehouse)
    views = {TableName.of_table(schema, table) for schema, table in session.ask("status/views")}
    return tuple(
        TableStatus(
            model=model,
            version=version,
            rows=None if TableName.parse(model) in views else rows,
            built_at=built_at,
            newest_at=newest.get(model),
            behind=tuple(behind[model]),
            broken=tuple(broken[model]),
        )
        for model, version, rows, built_at in session.ask("status/tables", values=_of(warehouse))
    )


def _quarantines(session: Session, warehouse: str) -> tuple[QuarantineStatus, ...]:
    found = session.ask("status/quarantines", values=_of(warehouse))
    return tuple(
        QuarantineStatus(dataset=dataset, files=int(files), rows=int(rows), a_file=a_file)
        for dataset, files, rows, a_file in found
    )


def _of(warehouse: str) -> dict[str, str]:
    return {"warehouse": f"{warehouse}/%"}

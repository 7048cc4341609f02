"""Building a table of documents: look at all of them, lay them out, and publish what differs, in one transaction.

The documents are read twice: once to learn which columns carry all of their values exactly, once to lay them out.
Between the two they wait in a file, so memory is that of a batch. All are read whenever one has changed; written are
only the rows that differ.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import pyarrow as pa
from sqlglot import exp

from etl_assets.errors import LoadRefused
from etl_assets.failpoints import reach
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.documents import fields
from etl_assets.warehouse.documents.declare import Documents, DocumentsReport
from etl_assets.warehouse.documents.layout import LaidTable, Layout
from etl_assets.warehouse.documents.rows import Layer
from etl_assets.warehouse.documents.spool import Spool
from etl_assets.warehouse.documents.survey import Field, survey
from etl_assets.warehouse.documents.values import document
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.models import state
from etl_assets.warehouse.models.audit import audit, every_row
from etl_assets.warehouse.models.locks import take_locks
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.publish import Target, create_like, matches, merged, publish
from etl_assets.warehouse.models.reads import everything
from etl_assets.warehouse.models.reports import CheckResult
from etl_assets.warehouse.statement import to_sql
from etl_assets.warehouse.tables import create_index, create_schema

BATCH_DOCUMENTS: Final = 5_000


def build_documents(
    engine: Engine, model: Documents, *, sql_root: Path = SQL_ROOT, is_forced: bool = False
) -> DocumentsReport:
    """Bring a table of documents and its child tables up to date.

    Args:
        engine: The warehouse.
        model: What is built.
        sql_root: The folder of the SQL files.
        is_forced: Whether it is built though nothing has changed.

    Raises:
        BlockingCheckFailed: When new rows break a blocking check; the tables stand as they were.
        LoadRefused: When documents are nested too deeply, or have too many fields; likewise.
    """
    started = perf_counter()
    plan = Plan.read(model, sql_root)
    while True:
        with engine.writing(asset=model.name) as session:
            if (locks := take_locks(session, plan)) is None:
                continue
            versions = state.versions_of(session, everything(locks.behind))
            if not is_forced and _is_current(session, plan, versions):
                return _unchanged(session, model, started)
            report = _Build(session, plan, model, versions, started).report()
            reach("model.before_commit")
        reach("model.after_commit")
        return report


def _is_current(session: Session, plan: Plan, versions: Mapping[str, int]) -> bool:
    model = plan.model
    return (
        state.last_build(session, model.name).definition == plan.definition
        and state.consumed(session, model.name) == versions
        and bool(session.columns(model.table.schema, model.table.table))
    )


def _unchanged(session: Session, model: Documents, started: float) -> DocumentsReport:
    return DocumentsReport(
        model=model.name,
        rows=state.last_build(session, model.name).rows,
        inserted=0,
        updated=0,
        deleted=0,
        repointed={},
        touched=0,
        seconds=perf_counter() - started,
        columns=session.columns(model.table.schema, model.table.table),
        checks=state.kept_checks(session, model.name),
        tables=fields.tables_of(session, model),
    )


class _Build:
    """One build under way."""

    def __init__(
        self, session: Session, plan: Plan, model: Documents, versions: dict[str, int], started: float
    ) -> None:
        self._session = session
        self._plan = plan
        self._model = model
        self._versions = versions
        self._started = started
        self._query = plan.sql.for_engine(session.dialect)
        self._actions: dict[str, int] = {}
        self._tables: dict[str, int] = {}

    def report(self) -> DocumentsReport:
        """Build, and write down what was done."""
        session, model = self._session, self._model
        create_schema(session, model.table.schema)
        before = fields.known(session, model)
        with TemporaryDirectory(prefix="etl_assets_") as folder:
            layout = self._laid_out(Path(folder))
        news = fields.news(before, fields.of(layout))
        self._actions = merged(self._actions, fields.publish_fields(session, model, layout))
        self._empty_tables_left({one.table for one in before}, layout)
        results = audit(session, self._plan, scopes={"audited": every_row(model)}, whole=set())
        reach("model.after_audit")
        return self._recorded(results, news)

    def _laid_out(self, folder: Path) -> Layout:
        """Read the documents, lay them out, and publish every table."""
        spooled, found = self._surveyed(folder)
        plain = pa.schema([field for field in spooled.schema if field.name not in self._model.documents])
        layout = Layout(self._model, plain.names, found)
        layer = Layer(layout, plain, self._model.key)
        spools = [Spool(folder / f"{number}.arrow", schema) for number, schema in enumerate(layer.schemas)]
        for batch in spooled.reader():
            for spool, rows in zip(spools, layer.lay(batch), strict=True):
                spool.add(rows)
        for table, spool in zip(layout.tables, spools, strict=True):
            self._publish(table, spool.close(), plain)
        return layout

    def _surveyed(self, folder: Path) -> tuple[Spool, dict[str, Field]]:
        """The rows of the query, in a file, and what their documents hold."""
        model = self._model
        found = {name: Field(path=prefix, depth=0, deepest=model.max_depth) for name, prefix in model.documents.items()}
        reader = self._session.batches(to_sql(self._query, self._session.dialect))
        spool = Spool(folder / "documents.arrow", reader.schema)
        for large in reader:
            for at in range(0, large.num_rows, BATCH_DOCUMENTS):
                batch = large.slice(at, BATCH_DOCUMENTS)
                spool.add(batch)
                for name, known in found.items():
                    self._survey(known, name, batch)
        return spool.close(), found

    def _survey(self, known: Field, name: str, batch: pa.RecordBatch) -> None:
        for number, text in enumerate(batch.column(name).to_pylist()):
            if text is None:
                continue
            try:
                survey(known, document(text))
            except (ValueError, RecursionError) as error:
                key = {column: batch.column(column)[number].as_py() for column in self._model.key}
                message = f"{self._model.name}: the {name} of {key} is no JSON."
                raise LoadRefused(message, mend="Correct it in its source, or declare its column as text.") from error
            except LoadRefused as error:
                message = f"{self._model.name}: {error.message}"
                raise LoadRefused(message, mend=error.mend) from error

    def _publish(self, table: LaidTable, spool: Spool, plain: pa.Schema) -> None:
        session, name = self._session, table.table
        is_root = not table.positions
        identity = (*self._model.key, *table.positions)
        session.run(f"create temp table built as {to_sql(self._empty(table, plain), session.dialect)}")
        session.load("built", spool.reader())
        session.analyze("built", identity)
        is_new = not matches(session, name)
        if is_new:
            create_like(session, name)
        columns = tuple(session.columns("", "built"))
        actions = publish(session, Target(table=name, columns=columns, identity=identity, is_new=is_new))
        session.run("drop table built")
        if is_new:
            create_index(session, name, identity, purpose="key")
            session.analyze(name.qualified)
        if not is_root:
            self._tables[name.key] = spool.rows
        self._actions = merged(self._actions, actions)

    def _empty(self, table: LaidTable, plain: pa.Schema) -> exp.Select:
        """A query with the columns and types of a table, and no row."""
        own = plain.names if not table.positions else self._model.key
        listed: list[exp.Expr] = [exp.column(name, table="q", quoted=True) for name in own]
        kinds = [(name, "bigint") for name in table.positions] + [(one.name, one.type) for one in table.columns]
        listed += [
            exp.alias_(exp.cast(exp.null(), exp.DataType.build(kind, dialect="postgres")), name, quoted=True)
            for name, kind in kinds
        ]
        return exp.select(*listed).from_(exp.Subquery(this=self._query.copy(), alias="q")).where("1 = 0")

    def _empty_tables_left(self, before: set[str], layout: Layout) -> None:
        """Take the rows of child tables away whose arrays are gone; the tables stay, as views may read them."""
        now = {one.table.table for one in layout.tables}
        for name in sorted(before - now):
            gone = self._session.run(f'delete from {self._model.table.schema}."{name}"')  # noqa: S608 - a name of ours
            self._actions = merged(self._actions, {"delete": gone})

    def _recorded(self, results: tuple[CheckResult, ...], news: tuple[str, ...]) -> DocumentsReport:
        session, model, actions = self._session, self._model, self._actions
        rows = session.value(f"select count(*) from {model.table.qualified}")  # noqa: S608 - a declared name
        seconds = perf_counter() - self._started
        definition = self._plan.definition
        state.keep_checks(session, model.name, results)
        if actions or state.last_build(session, model.name).definition != definition:
            state.record_build(session, model.name, definition, rows=rows, actions=actions, seconds=seconds)
        state.consume(session, model.name, self._versions)
        return DocumentsReport(
            model=model.name,
            rows=rows,
            inserted=actions.get("insert", 0),
            updated=actions.get("update", 0) + actions.get("replace", 0),
            deleted=actions.get("delete", 0),
            repointed={},
            touched=-1,
            seconds=seconds,
            columns=session.columns(model.table.schema, model.table.table),
            checks=results,
            tables=self._tables,
            news=news,
        )

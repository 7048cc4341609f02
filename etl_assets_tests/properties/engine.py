"""The real warehouse under a random history: its declaration as a dataset and models, its files in a real lake.

Nothing is read from a landing folder, so that a file may be of any time: manifests and Parquet are written as an
extract writes them. What comes out is told in the oracle's words.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa

from etl_assets.connectors.files.raw import raw_schema, well_formed
from etl_assets.datasets import END_OF_TIME, Dataset, FilePattern, Meaning
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.engines.base import Row
from etl_assets.warehouse.engines.duckdb import DuckDBEngine
from etl_assets.warehouse.engines.postgres import PostgresEngine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.added import Added
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Incremental, Member, Model, Type2
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.models.restate import Restated
from etl_assets_tests.oracles.observed import Attributes, Declaration, Key, Version
from etl_assets_tests.properties.lives import Step, Told
from etl_assets_tests.properties.strategies import COLUMNS, FILE_TIME, Delivery

PEOPLE, VISITS = "w/staging/people", "w/staging/visits"
DIMENSION, FACT = "w/marts/dim_people", "w/marts/fact_visits"
_TYPES = {str: "text", int: "integer"}
_ORDER = ("effective_at", "sequence", "first_sequence", "op")
_LIFE = ("valid_from", "valid_to", "is_inferred")
_MEANINGS: tuple[Meaning, ...] = ("changes", "snapshot")
Cells = tuple[str | None, ...]
_UNREADABLE: Cells = tuple("not a number" if kind is int else None for kind in COLUMNS.values())


class MemoryDuckDB(DuckDBEngine):
    """A database that is never written to disk, and stays open between sessions."""

    def __init__(self) -> None:
        super().__init__("duckdb:///:memory:")
        self._database = duckdb.connect(":memory:", config={"threads": 1, "preserve_insertion_order": False})

    @contextmanager
    def _locked(self) -> Generator[None]:
        yield

    @contextmanager
    def _attached(self) -> Generator[duckdb.DuckDBPyConnection]:
        with self._database.cursor() as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection

    @contextmanager
    def _connected(self, target: str, config: Mapping[str, str | bool]) -> Generator[duckdb.DuckDBPyConnection]:
        del target, config
        with self._attached() as connection:
            yield connection

    def close(self) -> None:
        """Forget everything."""
        self._database.close()


class KeptPostgres(PostgresEngine):
    """A database whose one connection stays open between sessions."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._stack = ExitStack()
        self._kept = self._stack.enter_context(super().connected())

    @contextmanager
    def connected(self) -> Generator[psycopg.Connection[Row]]:
        """The one connection."""
        try:
            yield self._kept
        finally:
            self._kept.execute("discard temp")

    def close(self) -> None:
        """End the connection."""
        self._stack.close()


class Warehouse:
    """A dimension and its fact, declared as a history declares them.

    Args:
        engine: An empty database.
        declaration: The dimension's.
        folder: For the lake and the models' SQL.
        meanings: What the dimension's files may mean.
    """

    def __init__(
        self, engine: Engine, declaration: Declaration, folder: Path, *, meanings: Sequence[Meaning] = _MEANINGS
    ) -> None:
        self.engine = engine
        self.declaration = declaration
        self.people = people(declaration, meanings)
        self.visits = visits(declaration)
        self.dimension = dimension(declaration)
        self.fact = fact(declaration)
        self._lake = open_lake(str(folder / "lake"))
        self._sql = folder / "sql"
        self._told: list[list[Cells]] = []
        _write_sql(self._sql, declaration)

    def arrive(self, step: Step) -> None:
        """Bring files into the lake and up: the dimension, and the fact only where facts are told."""
        self.land(step.deliveries, step.told)
        load_dataset(self.engine, self.people, self._lake)
        models: list[Model] = [self.dimension]
        if step.told:
            load_dataset(self.engine, self.visits, self._lake)
            models.append(self.fact)
        is_new = len(self._told) == bool(step.told)
        for model in reversed(models) if step.fact_first and not is_new else models:
            self.build(model)

    def land(self, deliveries: Sequence[Delivery], told: Sequence[Told] = ()) -> None:
        """Bring files into the lake: one manifest of people, another for files that come again, and one of visits."""
        once = {delivery.file: delivery for delivery in deliveries}
        again = {
            delivery.file: delivery for number, delivery in enumerate(deliveries) if delivery in deliveries[:number]
        }
        for files in filter(None, (once, again)):
            cells = [_cells_of(delivery) for delivery in files.values()]
            entries = [_entry(delivery, len(rows)) for delivery, rows in zip(files.values(), cells, strict=True)]
            _commit(self._lake, self.people, entries, cells)
        if told:
            self._told.append([_fact_cells(self.declaration, each) for each in told])
            self._land_visits(first=len(self._told))

    def land_again(self, deliveries: Sequence[Delivery]) -> None:
        """Bring files into the lake that are there, and all visits, in loads of other files."""
        self.land(deliveries)
        if self._told:
            self._land_visits(first=1)

    def _land_visits(self, *, first: int) -> None:
        files = list(enumerate(self._told, start=1))[first - 1 :]
        _commit(self._lake, self.visits, [_visits_entry(*file) for file in files], [rows for _, rows in files])

    def refresh(self) -> list[BuildReport]:
        """Load what is new and build the dimension, and the fact once any was told."""
        load_dataset(self.engine, self.people, self._lake)
        if not self._told:
            return [self.build(self.dimension)]
        load_dataset(self.engine, self.visits, self._lake)
        return [self.build(self.dimension), self.build(self.fact)]

    def build(self, model: Model) -> BuildReport:
        """Build one of the models."""
        return build_model(self.engine, model, sql_root=self._sql)

    def forget(self, since: datetime) -> None:
        """Take every version out of the table that begins then or later, as no build does."""
        with self.engine.writing() as session:
            observed = f"not is_inferred and {self.dimension.surrogate} <> -1"
            table = self.dimension.table.qualified
            session.run(f"delete from {table} where valid_from >= timestamp '{since}' and {observed}")

    def restate(self, since: datetime | None) -> BuildReport:
        """Compute the dimension again."""
        return build_model(self.engine, self.dimension, sql_root=self._sql, restated=Restated(since=since))

    def versions(self) -> list[Version]:
        """The dimension's rows as the oracle orders them."""
        key, attributes = self.declaration.key, self.dimension.attributes
        rows = self.rows(f"select {_listed((self.dimension.surrogate, *_LIFE, 'is_current', *key, *attributes))}"
                         f" from {self.dimension.table.qualified}")  # fmt: skip
        found = [_version(row, len(key), attributes) for row in rows]
        return sorted(found, key=lambda row: (row.natural_key or (), row.valid_from))

    def points(self) -> dict[int, int]:
        """By fact id the member that the fact points to."""
        if not self._told:
            return {}
        return dict(self.rows(f"select visit_id, person_key from {self.fact.table.qualified}"))  # type: ignore[arg-type]  # - two columns

    def kept_counts(self) -> dict[str, int]:
        """How many rows the ledger says that the dimension and its fact have."""
        newest = "select model, max(version) as version from etl.builds group by model"
        return dict(
            self.rows(f"select b.model, b.rows_now from etl.builds as b join ({newest}) as n using (model, version)")
        )  # type: ignore[arg-type]  # - two columns

    def counts(self) -> dict[str, int]:
        """How many they have."""
        models: list[Model] = [self.dimension, *([self.fact] if self._told else [])]
        return {each.name: self.rows(f"select count(*) from {each.table.qualified}")[0][0] for each in models}  # type: ignore[misc]  # - a count

    def ledgers(self) -> list[Row]:
        """The builds that wrote."""
        return self.rows("select * from etl.builds order by model, version")

    def rows(self, query: str) -> list[Row]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(query)


def people(declaration: Declaration, meanings: Sequence[Meaning]) -> Dataset:
    """The dataset of what is observed."""
    key = [Column(name, null_texts=()) for name in declaration.key]
    since = {one.column: one.since for one in declaration.added}
    others = [Column(name, _TYPES[kind], null_texts=(), since=since.get(name)) for name, kind in COLUMNS.items()]
    return Dataset(
        name=PEOPLE,
        columns=(*key, *others, Column("changed_at", "timestamp"), Column("operation")),
        key=declaration.key,
        files=tuple(FilePattern(pattern=f"{meaning}.csv", meaning=meaning) for meaning in meanings),
        effective_at="changed_at" if "changes" in meanings else None,
        op="operation" if "changes" in meanings else None,
        missing=declaration.missing,
        max_bad_share=1.0,
        earliest=datetime.min,  # noqa: DTZ901 - UTC without a zone
        latest=END_OF_TIME,
    )


def visits(declaration: Declaration) -> Dataset:
    """The dataset of the facts."""
    key = [Column(name, null_texts=()) for name in declaration.key]
    others = (Column("happened_at", "timestamp"), Column("is_void", "boolean"))
    return Dataset(
        name=VISITS,
        columns=(Column("visit_id", "bigint"), *key, *others),
        key=("visit_id",),
        files=(FilePattern(pattern="visits*.csv"),),
    )


def dimension(declaration: Declaration) -> Type2:
    """The dimension's model."""
    return Type2(
        name=DIMENSION,
        key=declaration.key,
        entity="person",
        tracked=declaration.tracked,
        overwritten=declaration.overwritten,
        original=declaration.original,
        previous=declaration.previous,
        added=tuple(Added(one.column, since=one.since, before=one.before) for one in declaration.added),
        beginning=declaration.beginning,
    )


def fact(declaration: Declaration) -> Incremental:
    """The fact's model."""
    member = Member(
        column="person_key",
        dimension=DIMENSION,
        by=declaration.key,
        at="happened_at",
        before_first=declaration.before_first,
        in_gap="last_before" if declaration.in_gap == "last before" else "unknown",
    )
    return Incremental(name=FACT, key=("visit_id",), touched={VISITS: "visit_id"}, members=(member,))


def _write_sql(root: Path, declaration: Declaration) -> None:
    named = (*declaration.key, *declaration.tracked, *declaration.overwritten, *declaration.original)
    observed = ", ".join(f"p.{name}" for name in (*named, *_ORDER))
    told = ", ".join(f"v.{name}" for name in ("visit_id", *declaration.key, "happened_at"))
    texts = {
        DIMENSION: f"-- One row per version.\nselect {observed} from w_staging.people as p\n",
        FACT: f"-- One row per visit.\nselect {told} from w_staging.visits as v where not v.is_void\n",
    }
    for name, text in texts.items():
        path = TableName.parse(name).sql_file(root)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _version(row: Row, parts: int, attributes: Sequence[str]) -> Version:
    surrogate, valid_from, valid_to, is_inferred, is_current, *others = row
    key: Key | None = tuple(others[:parts]) if others[0] is not None else None
    values: Attributes = dict(zip(attributes, others[parts:], strict=True))
    version = Version(surrogate, key, values, valid_from, valid_to, is_inferred)
    assert version.is_current == is_current
    return version


def _cells_of(delivery: Delivery) -> list[Cells]:
    """The rows of one of the dimension's files."""
    if delivery.snapshot is not None:
        rows = delivery.snapshot.rows.items()
        unread = [(*key, *_UNREADABLE, _text(FILE_TIME), "U") for key in sorted(delivery.snapshot.unread)]
        return [*((*key, *_texts(said), _text(FILE_TIME), "U") for key, said in rows), *unread]
    return [(*each.key, *_texts(each.attributes), _text(each.effective_at), each.op) for each in delivery.events]


def _texts(said: Attributes) -> Cells:
    return tuple(None if said[name] is None else str(said[name]) for name in COLUMNS)


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ")


def _fact_cells(declaration: Declaration, told: Told) -> Cells:
    key = told.fact.natural_key or (None,) * len(declaration.key)
    at = None if told.fact.at is None else _text(told.fact.at)
    return (str(told.fact.fact_id), *key, at, str(told.is_void).lower())


def _entry(delivery: Delivery, rows: int) -> FileEntry:
    file = delivery.file
    return FileEntry(
        dataset=PEOPLE,
        path=file.path,
        sha256=file.sha256,
        size=0,
        modified_at=file.modified_at,
        order_at=file.order_at,
        meaning="changes" if delivery.snapshot is None else "snapshot",
        rows=rows,
    )


def _visits_entry(number: int, rows: Sequence[Cells]) -> FileEntry:
    at = FILE_TIME + timedelta(seconds=number)
    digest = sha256(repr(rows).encode()).hexdigest()
    return FileEntry(
        dataset=VISITS,
        path=f"visits_{number}.csv",
        sha256=digest,
        size=0,
        modified_at=at,
        order_at=at,
        meaning="rows",
        rows=len(rows),
    )


def _commit(lake: Lake, dataset: Dataset, entries: Sequence[FileEntry], cells: Sequence[Sequence[Cells]]) -> None:
    """One load of these files, as an extract commits it."""
    names = [column.name for column in dataset.columns]
    schema = raw_schema(names)
    with lake.writer(dataset.name) as writer:
        for number, rows in enumerate(cells):
            columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
            numbers = pa.array(range(1, len(rows) + 1), pa.int64())
            writer.write_file([well_formed(columns, schema, file=number, rows=numbers, lines=numbers)])
        load_id = load_id_of(dataset.name, ((entry.path, entry.sha256) for entry in entries))
        parts = writer.publish(load_id, "2020-01-01")
    rows = sum(entry.rows for entry in entries)
    lake.commit(Manifest(load_id=load_id, dataset=dataset.name, files=tuple(entries), parts=parts, rows=rows))

"""A warehouse ``shop`` that files land in, with a dimension, a fact and a report, for what a person does to recover."""

from dataclasses import dataclass, field
from pathlib import Path

from etl_assets.cli.replay import Replayed, replay_dataset
from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Incremental, Member, Type2, View
from etl_assets.warehouse.observations import Observations

PEOPLE = Dataset(
    name="shop/staging/people",
    columns=(Column("id"), Column("team"), Column("floor", "integer"), Column("told_at", "timestamp")),
    key=("id",),
    files=(
        FilePattern(pattern="people_{YYYY}.csv", format=Csv(header=True), meaning="snapshot"),
        FilePattern(pattern="told*.csv", format=Csv(header=True), meaning="changes"),
    ),
    effective_at="told_at",
    missing="close",
)
ORDERS = Dataset(
    name="shop/staging/orders",
    columns=(Column("order_id", "bigint"), Column("person"), Column("placed_at", "timestamp")),
    key=("order_id",),
    files=(FilePattern(pattern="orders*.csv"),),
)
DIMENSION = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team", "floor"))
FACT = Incremental(
    name="shop/marts/fact_orders",
    key=("order_id",),
    touched={ORDERS.name: "order_id"},
    members=(Member(column="person_key", dimension=DIMENSION.name, by="person", at="placed_at"),),
)
REPORT = View(name="shop/reports/orders_by_team")
MODELS = (DIMENSION, FACT, REPORT)
_SQL = {
    DIMENSION.name: "-- One row per version.\nselect p.id, p.team, p.floor, p.effective_at, p.sequence, p.op"
    " from shop_staging.people as p\n",
    FACT.name: "-- One row per order.\nselect o.order_id, o.person, o.placed_at from shop_staging.orders as o\n",
    REPORT.name: "-- One row per team.\nselect p.team, count(*) as orders from shop_marts.fact_orders as f"
    " inner join shop_marts.dim_people as p on p.person_key = f.person_key group by p.team\n",
}
HEADER = "id,team,floor,told_at"
Contents = dict[str, list[str]]


@dataclass
class Store:
    """The warehouse, its lake and its landing folder.

    Args:
        engine: Where the warehouse is.
        folder: Where the lake, the landing folder and the SQL files are.
        datasets: As they are declared.
    """

    engine: Engine
    folder: Path
    datasets: list[Dataset] = field(default_factory=lambda: [PEOPLE, ORDERS])

    def __post_init__(self) -> None:
        """Write the SQL files."""
        for key, text in _SQL.items():
            path = TableName.parse(key).sql_file(self.sql)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    @property
    def sql(self) -> Path:
        """The folder of the SQL files."""
        return self.folder / "sql"

    @property
    def settings(self) -> Settings:
        """Where all is."""
        landing, lake = str(self.folder / "landing"), str(self.folder / "lake")
        return Settings(
            home=self.folder,
            warehouse_url=self.engine.url,
            lake_url=lake,
            processed_url=str(self.folder / "processed"),
            landing_url=landing,
            totesys_url=f"sqlite:///{self.folder / 'totesys.db'}",
        )

    @property
    def declared(self) -> Declared:
        """All that is declared."""
        return Declared(self.datasets, MODELS)

    def land(self, name: str, *lines: str) -> None:
        """Let a file arrive."""
        path = self.folder / "landing" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines))

    def declare(self, dataset: Dataset) -> None:
        """Declare a dataset otherwise."""
        self.datasets = [dataset if one.name == dataset.name else one for one in self.datasets]

    def run(self, *, allow_closing: bool = False, put_aside: tuple[str, ...] = ()) -> None:
        """Bring everything up to date."""
        lake = open_lake(self.settings.lake_url)
        for dataset in self.datasets:
            extract_files(dataset, self.folder / "landing", lake)
            load_dataset(self.engine, dataset, lake, allow_closing=allow_closing, put_aside=put_aside)
        self.build()

    def build(self) -> None:
        """Bring the models up to date."""
        for model in MODELS:
            build_model(self.engine, model, sql_root=self.sql)

    def replay(self, name: str, *files: str) -> Replayed:
        """Load again what is held back of a dataset, and build what is made of it."""
        dataset = next(one for one in self.datasets if one.name == name)
        replayed = replay_dataset(self.settings, self.engine, dataset, files)
        self.build()
        return replayed

    def query(self, text: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(text)

    def contents(self, *, files: bool = True) -> Contents:
        """Every cell of every table, but for when a row was loaded; with what became of each file."""
        stores = [store for one in self.datasets for store in Observations.of(one).stores.values()]
        tables = [*stores, *(one.table for one in self.datasets), *(model.table for model in MODELS)]
        asked = {table.key: f"select * from {table.qualified}" for table in tables}
        if files:
            asked["files"] = (
                "select file_id, path, status, reason, rows_read, rows_loaded, rows_quarantined, rows_duplicate"
                " from etl.files"
            )
            asked["quarantine"] = (
                "select file_id, path, line, row_number, column_name, value, reason, record from etl.quarantine"
            )
        return {name: self._cells(query) for name, query in asked.items()}

    def _cells(self, query: str) -> list[str]:
        with self.engine.reading() as session:
            found = session.batches(query).read_all()
        names = [name for name in found.schema.names if name != "_loaded_in"]
        return sorted(repr(row) for row in found.select(names).to_pylist())

"""The customers and their visits as a user of this project declares them."""

from pathlib import Path
from typing import Final

from benchmarks.speed.staged import COLUMNS
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.schema import Column
from etl_assets.warehouse.models.declare import Incremental, Member, Type2

SQL: Final = Path(__file__).with_name("sql")
_DIMENSION: Final = "speed/marts/dim_customers"

_CHANGED: Final = Dataset(
    name="speed/staging/customers",
    columns=tuple(Column(name, kind) for name, kind in COLUMNS["changes"].items()),
    key=("customer_id",),
    files=(FilePattern(pattern="changes/*.csv", meaning="changes"),),
    effective_at="changed_at",
)
_SEEN: Final = Dataset(
    name="speed/staging/customers",
    columns=tuple(Column(name, kind) for name, kind in COLUMNS["snapshots"].items()),
    key=("customer_id",),
    files=(FilePattern(pattern="snapshots/{YYYY-MM-DD}.csv", meaning="snapshot"),),
    missing="close",
)
_VISITS: Final = Dataset(
    name="speed/staging/visits",
    columns=tuple(Column(name, kind) for name, kind in COLUMNS["visits"].items()),
    key=("visit_id",),
    files=(FilePattern(pattern="visits/*.csv"),),
)
DATASETS: Final = {"changes": _CHANGED, "snapshots": _SEEN, "visits": _VISITS}
DIMENSION: Final = Type2(
    name=_DIMENSION,
    key=("customer_id",),
    entity="customer",
    tracked=tuple(name for name in COLUMNS["snapshots"] if name != "customer_id"),
)
FACT: Final = Incremental(
    name="speed/marts/fact_visits",
    key=("visit_id",),
    touched={"speed/staging/visits": "visit_id"},
    members=(Member(column="customer_key", dimension=_DIMENSION, by="customer_id", at="happened_at"),),
)

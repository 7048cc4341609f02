"""The warehouse again from the lake, child tables of documents included."""

from pathlib import Path

from etl_assets.lake.lake import open_lake
from etl_assets.samples.dms import write_dms
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.rebuild.rebuild import Rules, rebuild
from etl_assets_tests.defs.dms.bucket import Filled

_TABLES = (
    "users",
    "users_history",
    "orders",
    "orders_history",
    "places",
    "places_history",
    "places_fields",
    "places_visits",
    "places_visits_tags",
    "places_location_coord",
)
_DEFS = Path(__file__).parents[3] / "etl_assets" / "defs" / "dms" / "defs.yaml"


def test_a_warehouse_that_is_made_again_is_the_same(tmp_path: Path, url: str) -> None:
    filled = Filled.of(tmp_path, url, _DEFS.read_text(encoding="utf-8"))
    write_dms(tmp_path / "landing" / "dms")
    filled.run()
    write_dms(tmp_path / "landing" / "dms", days=2)
    filled.run()
    before = filled.everything(_TABLES)
    assert all(before.values())
    everything = Declared(filled.bucket.datasets, filled.bucket.models)
    swapped = rebuild(filled.engine, "dms", everything, open_lake(str(tmp_path / "lake")), rules=Rules())
    assert swapped.kept == ()
    assert filled.everything(_TABLES) == before

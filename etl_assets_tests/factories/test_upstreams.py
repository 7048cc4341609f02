"""What assets are made of is there, or the one that reads it is named."""

from dataclasses import replace

import dagster as dg
import pytest

from etl_assets.errors import DeclarationError
from etl_assets.factories.models import model_asset
from etl_assets.factories.raw import landed_files, landing_folder
from etl_assets.factories.staging import staging_table
from etl_assets.factories.upstreams import refuse_missing, refuse_same
from etl_assets.warehouse.models.declare import Type2, View
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.observations import Observations
from etl_assets_tests.factories.conftest import Shop
from etl_assets_tests.factories.test_models import ITEMS

ITEMS_TABLES = (landing_folder([ITEMS]), landed_files(ITEMS), staging_table(ITEMS))
OBSERVED = (
    "-- One row per item.\nselect i.item, i.price, i.effective_at, i.sequence, i.op from shop_staging.items as i\n"
)


def view(shop: Shop, table: str) -> dg.AssetsDefinition:
    """A view that reads a table."""
    shop.write("shop/reports/cheap", f"-- One row per item.\nselect i.item from {table} as i\n")
    return model_asset(View(name="shop/reports/cheap"), sql_root=shop.sql)


def test_a_misspelt_table_is_named_with_the_model_that_reads_it(shop: Shop) -> None:
    wrong = view(shop, "shop_staging.item")
    said = "shop/reports/cheap reads shop/staging/item, which is not there. Known are shop/staging/items, shop/rep"
    with pytest.raises(DeclarationError, match=said):
        refuse_missing([*ITEMS_TABLES, wrong])


def test_so_is_one_that_is_looked_up(shop: Shop) -> None:
    shop.write("shop/marts/dim_items", OBSERVED)
    lookup = Lookup(dataset="shop/staging/depot", by="price", columns=("city",))
    model = Type2(name="shop/marts/dim_items", key=("item",), entity="item", tracked=("city",), lookups=(lookup,))
    with pytest.raises(DeclarationError, match="shop/marts/dim_items reads shop/staging/depot, which is not there"):
        refuse_missing([*ITEMS_TABLES, model_asset(model, sql_root=shop.sql)])


@pytest.mark.parametrize("table", ["shop_staging.items", "information_schema.tables"])
def test_what_is_there_or_no_warehouse_s_passes(shop: Shop, table: str) -> None:
    refuse_missing([dg.AssetSpec("other"), *ITEMS_TABLES, view(shop, table)])


def test_a_table_of_staging_whose_files_nothing_brings_in_is_named() -> None:
    landing, _, staging = ITEMS_TABLES
    with pytest.raises(DeclarationError, match=r"shop/staging/items reads shop/raw/items, .* Known are shop/raw/land"):
        refuse_missing([landing, staging])


def test_a_table_that_would_keep_another_s_rows_is_named() -> None:
    (store,) = Observations.of(ITEMS).stores.values()
    with pytest.raises(DeclarationError, match=f"{store.key} cannot be called so: .* shop/staging/items"):
        refuse_same([*ITEMS_TABLES, staging_table(replace(ITEMS, name=store.key))])
    refuse_same(ITEMS_TABLES)

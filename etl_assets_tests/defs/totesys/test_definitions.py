"""The graph of the totesys warehouse: what is made of what, what it promises, what its columns mean."""

import warnings
from typing import Final

import dagster as dg
import pytest

from etl_assets.definitions import defs as code_location
from etl_assets.defs.totesys import marts, raw, reports
from etl_assets.warehouse.models import catalogue
from etl_assets.warehouse.models.declare import Type2

COLUMNS: Final = {
    "fact_sales_order": "sales_record_key sales_order_id created_date created_time last_updated_date last_updated_time"
    " sales_staff_id counterparty_id units_sold unit_price currency_id design_id agreed_payment_date"
    " agreed_delivery_date agreed_delivery_location_id",
    "fact_purchase_orders": "purchase_record_key purchase_order_id created_date created_time last_updated_date"
    " last_updated_time staff_id counterparty_id item_code item_quantity item_unit_price currency_id"
    " agreed_delivery_date agreed_payment_date agreed_delivery_location_id",
    "fact_payment": "payment_record_key payment_id created_date created_time last_updated_date last_updated_time"
    " transaction_id counterparty_id payment_amount currency_id payment_type_id paid payment_date",
    "dim_transaction": "transaction_id transaction_type sales_order_id purchase_order_id",
    "dim_staff": "staff_id first_name last_name department_name location email_address",
    "dim_payment_type": "payment_type_id payment_type_name",
    "dim_location": "location_id address_line_1 address_line_2 district city postal_code country phone",
    "dim_design": "design_id design_name file_location file_name",
    "dim_date": "date_id year month day day_of_week day_name month_name quarter",
    "dim_currency": "currency_id currency_code currency_name",
    "dim_counterparty": "counterparty_id counterparty_legal_name counterparty_legal_address_line_1"
    " counterparty_legal_address_line_2 counterparty_legal_district counterparty_legal_city"
    " counterparty_legal_postal_code counterparty_legal_country counterparty_legal_phone_number",
}
"""The three stars, as they were given."""
BLOCKING: Final = {
    "fact_sales_order": {"sales_add_up_to_staging"},
    "fact_purchase_orders": {"purchases_add_up_to_staging"},
    "fact_payment": {"payments_add_up_to_staging"},
    "dim_date": {"every_date_is_a_known_day"},
}
WARNING: Final = {
    "fact_sales_order": {"sales_name_what_is_known", "sales_are_promised_for_later"},
    "fact_purchase_orders": {"purchases_name_what_is_known", "purchases_are_promised_for_later"},
    "fact_payment": {"payments_name_what_is_known", "payments_are_what_orders_cost"},
    "fact_exchange_rates": {"rates_are_of_a_pound", "rates_are_positive", "rates_are_of_known_currencies"},
    "dim_transaction": {"transactions_are_of_one_order", "transactions_name_a_known_order"},
    "dim_date": {"days_are_of_1900_to_2100"},
    "dim_currency": {"currencies_have_a_name", "currencies_have_one_number"},
    "dim_payment_type": {"payment_type_name_is_accepted"},
}


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    """Every asset of the warehouse by its key, loaded without a word."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        loaded = code_location()
    assert [str(one.message) for one in warned if not issubclass(one.category, DeprecationWarning)] == []
    named = {spec.key.to_user_string(): spec for spec in loaded.resolve_all_asset_specs()}
    return {key: spec for key, spec in named.items() if key.startswith("totesys/")}


def test_the_stars_have_the_columns_that_were_given() -> None:
    models = {model.table.table: model for model in marts.MODELS}
    for name, columns in COLUMNS.items():
        model = models[name]
        if isinstance(model, Type2):
            assert [model.surrogate, *model.key, *model.attributes] == columns.split(), name
        else:
            assert [*catalogue.column_lineage(model)] == columns.split(), name


def test_sums_block_and_what_is_odd_in_the_source_warns() -> None:
    declared = {model.table.table: model.checks for model in marts.MODELS if model.checks}
    for blocking, expected in ((True, BLOCKING), (False, WARNING)):
        found = {name: {one.name for one in checks if one.blocking is blocking} for name, checks in declared.items()}
        assert {name: checks for name, checks in found.items() if checks} == expected


def test_every_dimension_has_a_history_beside_it_but_days() -> None:
    names = {model.table.table for model in marts.MODELS}
    plain = {name for name in names if name.startswith("dim_") and not name.endswith("_history")}
    assert {f"{name}_history" for name in plain - {"dim_date"}} == {name for name in names if name.endswith("_history")}


def test_every_column_of_every_model_has_a_meaning() -> None:
    for model in (*marts.MODELS, *reports.MODELS):
        told = catalogue.column_descriptions(model, raw.DATASETS)
        assert [name for name in catalogue.column_lineage(model) if not told.get(name)] == [], model.name


def test_each_report_opens_with_the_question_that_it_answers(specs: dict[str, dg.AssetSpec]) -> None:
    for view in reports.MODELS:
        assert "? " in (specs[view.name].description or "").partition(".")[0] + " ", view.name
        assert specs[view.name].kinds >= {"view", "csv"}


def test_rates_stand_behind_the_api_and_the_folder_that_they_land_in(specs: dict[str, dg.AssetSpec]) -> None:
    deps = {dep.asset_key.to_user_string() for dep in specs["totesys/raw/exchange_rates"].deps}
    assert deps == {"totesys/raw/landing", "totesys/raw/rates_api"}
    assert specs["totesys/raw/exchange_rates"].kinds == {"parquet", "json"}
    schedule = code_location().get_repository_def().get_schedule_def("totesys_rates_each_hour")
    assert (schedule.job_name, schedule.cron_schedule) == ("totesys_rates", "10 * * * *")


def test_every_stored_mart_is_kept_as_parquet_too(specs: dict[str, dg.AssetSpec]) -> None:
    kept = {key.rpartition("/")[2] for key, spec in specs.items() if spec.tags["layer"] == "processed"}
    assert kept == {model.table.table for model in marts.MODELS} - {"current_sales"}

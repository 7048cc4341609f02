"""The totesys warehouse: three facts with all their versions, and the dimensions of three stars."""

from typing import Final

from etl_assets.defs.totesys import checks
from etl_assets.defs.totesys.rates import exchange_rates
from etl_assets.defs.totesys.tables import DATASETS
from etl_assets.factories.models import model_asset
from etl_assets.warehouse.models.declare import Incremental, Table, Type2, View
from etl_assets.warehouse.models.lookup import Lookup

_STAMPS: Final = ("created_date", "created_time", "last_updated_date", "last_updated_time")
_ADDRESS: Final = ("address_line_1", "address_line_2", "district", "city", "postal_code", "country")
_LEGAL_ADDRESS: Final = {f"counterparty_legal_{name}": name for name in _ADDRESS} | {
    "counterparty_legal_phone_number": "phone"
}

fact_sales_order = Type2(
    name="totesys/marts/fact_sales_order",
    key=("sales_order_id",),
    entity="sales_record",
    tracked=(
        *_STAMPS,
        "sales_staff_id",
        "counterparty_id",
        "units_sold",
        "unit_price",
        "currency_id",
        "design_id",
        "agreed_payment_date",
        "agreed_delivery_date",
        "agreed_delivery_location_id",
    ),
    unknown_member=False,
    checks=checks.OF_SALES,
)

fact_purchase_orders = Type2(
    name="totesys/marts/fact_purchase_orders",
    key=("purchase_order_id",),
    entity="purchase_record",
    tracked=(
        *_STAMPS,
        "staff_id",
        "counterparty_id",
        "item_code",
        "item_quantity",
        "item_unit_price",
        "currency_id",
        "agreed_delivery_date",
        "agreed_payment_date",
        "agreed_delivery_location_id",
    ),
    unknown_member=False,
    checks=checks.OF_PURCHASES,
)

fact_payment = Type2(
    name="totesys/marts/fact_payment",
    key=("payment_id",),
    entity="payment_record",
    tracked=(
        *_STAMPS,
        "transaction_id",
        "counterparty_id",
        "payment_amount",
        "currency_id",
        "payment_type_id",
        "paid",
        "payment_date",
    ),
    unknown_member=False,
    checks=checks.OF_PAYMENTS,
)

dim_staff_history = Type2(
    name="totesys/marts/dim_staff_history",
    key=("staff_id",),
    entity="staff",
    tracked=("first_name", "last_name", "department_id", "department_name", "location", "email_address"),
    lookups=(
        Lookup(
            dataset="totesys/staging/department",
            by="department_id",
            columns=("department_name", "location"),
            before_first="first",
        ),
    ),
)

dim_counterparty_history = Type2(
    name="totesys/marts/dim_counterparty_history",
    key=("counterparty_id",),
    entity="counterparty",
    tracked=("counterparty_legal_name", "legal_address_id", *_LEGAL_ADDRESS),
    lookups=(
        Lookup(dataset="totesys/staging/address", by="legal_address_id", columns=_LEGAL_ADDRESS, before_first="first"),
    ),
)

dim_location_history = Type2(
    name="totesys/marts/dim_location_history", key=("location_id",), entity="location", tracked=(*_ADDRESS, "phone")
)

dim_design_history = Type2(
    name="totesys/marts/dim_design_history",
    key=("design_id",),
    entity="design",
    tracked=("design_name", "file_location", "file_name"),
)

dim_currency_history = Type2(
    name="totesys/marts/dim_currency_history", key=("currency_id",), entity="currency", tracked=("currency_code",)
)

dim_payment_type_history = Type2(
    name="totesys/marts/dim_payment_type_history",
    key=("payment_type_id",),
    entity="payment_type",
    tracked=("payment_type_name",),
)

dim_transaction_history = Type2(
    name="totesys/marts/dim_transaction_history",
    key=("transaction_id",),
    entity="transaction",
    tracked=("transaction_type", "sales_order_id", "purchase_order_id"),
)

HISTORIES = (
    dim_staff_history, dim_counterparty_history, dim_location_history, dim_design_history, dim_currency_history,
    dim_payment_type_history, dim_transaction_history,
)  # fmt: skip

iso_currencies = Table(name="totesys/marts/iso_currencies", key=("currency_code",))

dim_staff = Table(name="totesys/marts/dim_staff", key=("staff_id",))
dim_counterparty = Table(name="totesys/marts/dim_counterparty", key=("counterparty_id",))
dim_location = Table(name="totesys/marts/dim_location", key=("location_id",))
dim_currency = Table(name="totesys/marts/dim_currency", key=("currency_id",), checks=checks.OF_CURRENCIES)
dim_payment_type = Table(
    name="totesys/marts/dim_payment_type", key=("payment_type_id",), checks=checks.OF_PAYMENT_TYPES
)
named_days = Table(name="totesys/marts/named_days", key=("date_id",))
dim_date = Table(name="totesys/marts/dim_date", key=("date_id",), checks=checks.OF_DATES)

dim_design = Incremental(
    name="totesys/marts/dim_design", key=("design_id",), touched={"totesys/staging/design": "design_id"}
)
dim_transaction = Incremental(
    name="totesys/marts/dim_transaction",
    key=("transaction_id",),
    touched={"totesys/staging/transaction": "transaction_id"},
    checks=checks.OF_TRANSACTIONS,
)

fact_exchange_rates = Table(
    name="totesys/marts/fact_exchange_rates",
    key=("rate_date", "base_currency_code", "currency_code"),
    checks=checks.OF_RATES,
)
rates_by_day = Table(name="totesys/marts/rates_by_day", key=("date_id", "currency_code"))
current_sales = View(name="totesys/marts/current_sales")

MODELS = (
    *HISTORIES, iso_currencies, dim_staff, dim_counterparty, dim_location, dim_design, dim_currency, dim_payment_type,
    fact_sales_order, fact_purchase_orders, dim_transaction, fact_payment, fact_exchange_rates, named_days, dim_date,
    rates_by_day, current_sales,
)  # fmt: skip
"""Each stands behind those that it reads; also its checks count."""

marts = [model_asset(model, datasets=(*DATASETS, exchange_rates)) for model in MODELS]

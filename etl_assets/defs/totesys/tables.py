"""The tables of totesys' operational database: how each is extracted, and what its rows are once they are loaded."""

from typing import Final

from etl_assets.connectors.database.tables import OBSERVED_COLUMNS, SourceTable
from etl_assets.datasets import Dataset
from etl_assets.schema import Column

_MISSING: Final = ("", "NULL", "None")
"""What people have written into a column for want of a value."""


def _id(name: str, description: str) -> Column:
    return Column(name, "bigint", nullable=False, description=description)


def _text(name: str, description: str) -> Column:
    """A text that is always there; one without letters is one, too."""
    return Column(name, nullable=False, null_texts=(), description=description)


def _perhaps(name: str, description: str) -> Column:
    return Column(name, null_texts=_MISSING, description=description)


def _money(name: str, description: str) -> Column:
    return Column(name, "numeric(10,2)", nullable=False, description=description)


def _date(name: str, description: str) -> Column:
    """A date that the source keeps as text."""
    return Column(name, "date", nullable=False, description=description)


_STAMPS: Final = (
    Column("created_at", "timestamp", nullable=False, description="When the source wrote the row first."),
    Column("last_updated", "timestamp", nullable=False, description="When the source last said that it changed."),
    *OBSERVED_COLUMNS,
)


def _extracted(*, name: str, description: str, columns: tuple[Column, ...]) -> Dataset:
    """A table as the source has it; its key is its first column."""
    return Dataset(
        name=name,
        description=description,
        columns=(*columns, *_STAMPS),
        key=(columns[0].name,),
        extracted="changes",
        effective_at="changed_at",
        op="operation",
    )


address = _extracted(
    name="totesys/staging/address",
    description="Addresses of the company and of those it deals with.",
    columns=(
        _id("address_id", "The address's number."),
        _text("address_line_1", "House and street."),
        _perhaps("address_line_2", "What more there is to say of the street; NULL for nothing."),
        _perhaps("district", "The county or district; NULL where none is given."),
        _text("city", "The city."),
        _text("postal_code", "The postal code."),
        _text("country", "The country, by its English name."),
        _text("phone", "The telephone number there."),
    ),
)

counterparty = _extracted(
    name="totesys/staging/counterparty",
    description="Companies that are sold to or bought from.",
    columns=(
        _id("counterparty_id", "The company's number."),
        _text("counterparty_legal_name", "Its legal name."),
        _id("legal_address_id", "The address of its seat."),
        _perhaps("commercial_contact", "Who speaks for it about orders; NULL for nobody."),
        _perhaps("delivery_contact", "Who speaks for it about deliveries; NULL for nobody."),
    ),
)

currency = _extracted(
    name="totesys/staging/currency",
    description="Currencies that are dealt in.",
    columns=(
        _id("currency_id", "The currency's number."),
        _text("currency_code", "Its three letters, as ISO 4217 has them."),
    ),
)

department = _extracted(
    name="totesys/staging/department",
    description="Departments of the company.",
    columns=(
        _id("department_id", "The department's number."),
        _text("department_name", "What it is called."),
        _perhaps("location", "Where it works; NULL where nobody said."),
        _perhaps("manager", "Who leads it; NULL for nobody."),
    ),
)

design = _extracted(
    name="totesys/staging/design",
    description="Designs of what is sold.",
    columns=(
        _id("design_id", "The design's number."),
        _text("design_name", "What it is called; several may be called the same."),
        _text("file_location", "The folder that its file is in."),
        _text("file_name", "The file that it is drawn in."),
    ),
)

staff = _extracted(
    name="totesys/staging/staff",
    description="People who work in the company.",
    columns=(
        _id("staff_id", "The person's number."),
        _text("first_name", "The first name."),
        _text("last_name", "The last name."),
        _id("department_id", "The department that the person works in."),
        _text("email_address", "The address for mail."),
    ),
)

sales_order = _extracted(
    name="totesys/staging/sales_order",
    description="Orders that are sold.",
    columns=(
        _id("sales_order_id", "The order's number."),
        _id("design_id", "The design that is sold."),
        _id("staff_id", "Who sold it."),
        _id("counterparty_id", "The company that buys it."),
        Column("units_sold", "bigint", nullable=False, description="How many pieces are sold."),
        _money("unit_price", "The price of a piece, in the order's currency."),
        _id("currency_id", "The currency of the price."),
        _date("agreed_delivery_date", "The day on which it is to be delivered."),
        _date("agreed_payment_date", "The day on which it is to be paid."),
        _id("agreed_delivery_location_id", "The address that it is delivered to."),
    ),
)

purchase_order = _extracted(
    name="totesys/staging/purchase_order",
    description="Orders that are bought.",
    columns=(
        _id("purchase_order_id", "The order's number."),
        _id("staff_id", "Who bought it."),
        _id("counterparty_id", "The company that sells it."),
        _text("item_code", "What is bought, by the seller's code."),
        Column("item_quantity", "bigint", nullable=False, description="How many pieces are bought."),
        _money("item_unit_price", "The price of a piece, in the order's currency."),
        _id("currency_id", "The currency of the price."),
        _date("agreed_delivery_date", "The day on which it is to be delivered."),
        _date("agreed_payment_date", "The day on which it is to be paid."),
        _id("agreed_delivery_location_id", "The address that it is delivered to."),
    ),
)

payment_type = _extracted(
    name="totesys/staging/payment_type",
    description="Reasons to pay.",
    columns=(
        _id("payment_type_id", "The reason's number."),
        _text("payment_type_name", "`SALES_RECEIPT`, `SALES_REFUND`, `PURCHASE_PAYMENT` or `PURCHASE_REFUND`."),
    ),
)

transaction = _extracted(
    name="totesys/staging/transaction",
    description="What orders are in the books: sales and purchases.",
    columns=(
        _id("transaction_id", "The transaction's number."),
        _text("transaction_type", "`SALE` or `PURCHASE`."),
        Column("sales_order_id", "bigint", description="The order that is sold; NULL for a purchase."),
        Column("purchase_order_id", "bigint", description="The order that is bought; NULL for a sale."),
    ),
)

payment = _extracted(
    name="totesys/staging/payment",
    description="Payments that are due or, once paid, made.",
    columns=(
        _id("payment_id", "The payment's number."),
        _id("transaction_id", "What is paid for."),
        _id("counterparty_id", "The company that pays or is paid."),
        _money("payment_amount", "How much, in the payment's currency."),
        _id("currency_id", "The currency of the amount."),
        _id("payment_type_id", "Why it is paid."),
        Column("paid", "boolean", nullable=False, description="Whether it is made."),
        _date("payment_date", "The day on which it is due or, once paid, was made."),
        Column("company_ac_number", "bigint", nullable=False, description="The company's account."),
        Column("counterparty_ac_number", "bigint", nullable=False, description="The other company's account."),
    ),
)

DATASETS: Final = (
    address, counterparty, currency, department, design, staff, sales_order, purchase_order, payment_type, transaction,
    payment,
)  # fmt: skip

TABLES: Final = tuple((dataset, SourceTable(dataset=dataset.name, name=dataset.table.table)) for dataset in DATASETS)
"""Each with what it is extracted from."""

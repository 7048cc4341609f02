"""A totesys warehouse that is told what to believe: rows and the times from which they hold, without a source."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.defs.totesys import marts, reports, tables
from etl_assets.defs.totesys.rates import exchange_rates
from etl_assets.lake.lake import open_lake
from etl_assets.names import TableName
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.reports import BuildReport

Row = dict[str, Any]

_PLACE: Final = {"address_line_1": "1 High Street", "city": "Leeds", "postal_code": "LS1", "country": "Malta"}
_AGREED: Final = {"agreed_delivery_date": "2024-01-10", "agreed_payment_date": "2024-01-12"}
_PARTIES: Final = {"staff_id": 1, "counterparty_id": 1, "currency_id": 1, "agreed_delivery_location_id": 1}
USUAL: Final[Mapping[str, Mapping[str, object]]] = {
    "address": _PLACE | {"phone": "1234"},
    "counterparty": {"counterparty_legal_name": "Fahey and Sons", "legal_address_id": 1},
    "currency": {"currency_code": "GBP"},
    "department": {"department_name": "Sales", "location": "Leeds"},
    "design": {"design_name": "Wooden", "file_location": "/usr", "file_name": "wooden.json"},
    "staff": {"first_name": "Ann", "last_name": "Lee", "department_id": 1, "email_address": "ann@totes.example"},
    "sales_order": {**_PARTIES, "design_id": 1, "units_sold": 10, "unit_price": "2.50", **_AGREED},
    "purchase_order": {**_PARTIES, "item_code": "AB1", "item_quantity": 4, "item_unit_price": "1.25", **_AGREED},
    "payment_type": {"payment_type_name": "SALES_RECEIPT"},
    "transaction": {"transaction_type": "SALE", "sales_order_id": 1},
    "payment": {
        "transaction_id": 1,
        "counterparty_id": 1,
        "payment_amount": "25.00",
        "currency_id": 1,
        "payment_type_id": 1,
        "paid": "false",
        "payment_date": "2024-01-12",
        "company_ac_number": 11111111,
        "counterparty_ac_number": 22222222,
    },
}
"""What a row of each table has that nobody says otherwise."""


def _from_files(dataset: Dataset) -> Dataset:
    """The same table, told in files."""
    pattern = FilePattern(pattern=f"{dataset.table.table}/*.csv", format=Csv(header=True), meaning="changes")
    return replace(dataset, extracted=None, files=(pattern,))


DATASETS: Final = (*map(_from_files, tables.DATASETS), exchange_rates)
MODELS: Final = (*marts.MODELS, *reports.MODELS)


@dataclass(frozen=True)
class Told:
    """The warehouse and its folder."""

    home: Path
    url: str
    _numbers: "count[int]" = field(default_factory=count)

    def tell(self, table: str, key: int, at: str, op: str = "U", **values: object) -> None:
        """Let a row be so from a time on, as an extract would have landed it; of the rest it has the usual."""
        dataset = next(one for one in DATASETS if one.table.table == table)
        (name,) = dataset.key
        row = {"created_at": at, "last_updated": at, **USUAL[table], **values} if op == "U" else {}
        row |= {name: key, "_at": at, "_op": op}
        path = self.home / "landing" / "totesys" / table / f"{next(self._numbers):06}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        titles = [column.title for column in dataset.columns]
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([titles, [row.get(title, "") for title in titles]])

    def tell_rates(self, *documents: str, file: str = "exchange_rates.jsonl") -> None:
        """Let a file of exchange rates land, a document a line."""
        path = self.home / "landing" / "totesys" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{document}\n" for document in documents), encoding="utf-8")

    def tell_usual(self, at: str = "2024-01-01 08:00:00") -> None:
        """One row of everything but orders, transactions and payments."""
        for table in ("address", "counterparty", "currency", "department", "design", "staff", "payment_type"):
            self.tell(table, 1, at)

    def build(self, *names: str) -> dict[str, BuildReport]:
        """Bring some marts or reports up to date, with all that they need."""
        wanted = Declared(DATASETS, MODELS).needed_for([TableName.parse(f"totesys/{name}") for name in names])
        engine, lake = open_engine(self.url), open_lake(str(self.home / "lake"))
        for dataset in wanted.datasets:
            extract_files(dataset, self.home / "landing", lake)
            load_dataset(engine, dataset, lake)
        return {model.name.partition("/")[2]: build_model(engine, model) for model in wanted.models}

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with open_engine(self.url).reading() as session:
            return [tuple(row) for row in session.rows(query)]


def bad_rows(report: BuildReport) -> dict[str, int]:
    """The checks that found rows, and how many."""
    return {check.name: check.bad_rows for check in report.checks if check.bad_rows}


def plain(rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Rows as text, in their order."""
    return [tuple(map(str, row)) for row in rows]

"""The tables of totesys, from their ``.sql`` files: columns, order, and the statements for each kind of database."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from sqlglot import exp, parse_one

_FOLDER: Final = Path(__file__).parent / "sql"
STAMPS: Final = ("created_at", "last_updated")


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the source.

    There is one object a table.

    Args:
        name: Also the name of its file.
    """

    name: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Their names, the key first."""
        return tuple(column.name for column in self._definitions)

    @property
    def key(self) -> str:
        """The column that names a row."""
        return self.columns[0]

    @cached_property
    def stamp(self) -> int:
        """The place of ``last_updated``."""
        return self.place("last_updated")

    def place(self, column: str) -> int:
        """The place of a column in a row."""
        return self.columns.index(column)

    @property
    def postgres_ddl(self) -> str:
        """The statement that makes it on PostgreSQL: what the file says."""
        return self._tree.sql("postgres", comments=False)

    @property
    def sqlite_ddl(self) -> str:
        """The statement that makes it in SQLite: the same types by name, an enumeration as text."""
        tree = self._tree.copy()
        for column in tree.find_all(exp.ColumnDef):
            column.set("kind", _sqlite_type(column.args["kind"]))
        return tree.sql("sqlite", comments=False, identify=True)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Its columns and how the rows of the sample have them: integer or text."""
        written = {column.name: column.args["kind"].sql("postgres").lower() for column in self._definitions}
        return {name: "integer" if kind in ("int", "boolean") else "text" for name, kind in written.items()}

    @cached_property
    def quoted(self) -> str:
        """Its name as a statement needs it."""
        return f'"{self.name}"'

    @property
    def count(self) -> str:
        """The query of how many rows it has."""
        return f"select count(*) from {self.quoted}"  # noqa: S608 - a table's own name

    @cached_property
    def listed(self) -> str:
        """Its columns as a statement needs them."""
        return ", ".join(f'"{column}"' for column in self.columns)

    @cached_property
    def _definitions(self) -> list[exp.ColumnDef]:
        return [*self._tree.find_all(exp.ColumnDef)]

    @cached_property
    def _tree(self) -> exp.Expr:
        return _parsed(self.name)


def _sqlite_type(kind: exp.DataType) -> exp.Expr:
    if kind.this is exp.DataType.Type.USERDEFINED:
        return exp.Var(this="text")
    written = kind.sql("postgres").lower()
    return exp.Var(this="integer" if written == "int" else written.replace("decimal", "numeric"))


ENUMS: Final = ("payment_type_enum", "transaction_type_enum")
INDEXES: Final = ("payment_transaction_id", "transaction_sales_order_id", "transaction_purchase_order_id")

ADDRESS, COUNTERPARTY, CURRENCY = Table("address"), Table("counterparty"), Table("currency")
DEPARTMENT, DESIGN, STAFF = Table("department"), Table("design"), Table("staff")
SALES_ORDER, PURCHASE_ORDER = Table("sales_order"), Table("purchase_order")
PAYMENT_TYPE, TRANSACTION, PAYMENT = Table("payment_type"), Table("transaction"), Table("payment")

TABLES: Final = (
    ADDRESS, COUNTERPARTY, CURRENCY, DEPARTMENT, DESIGN, STAFF, SALES_ORDER, PURCHASE_ORDER, PAYMENT_TYPE, TRANSACTION,
    PAYMENT,
)  # fmt: skip
"""All of them; each stands behind those that it refers to."""


def ddl(name: str) -> str:
    """The statement that makes an enumeration, on PostgreSQL, or an index, on both."""
    return _parsed(name).sql("postgres", comments=False, identify=True)


def _parsed(name: str) -> exp.Expr:
    return parse_one((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"), dialect="postgres")

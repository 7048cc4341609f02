"""A table of documents, declared: a query whose columns of JSON are laid out in columns and child tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.models.declare import Table
from etl_assets.warehouse.models.reports import BuildReport


@dataclass(frozen=True, kw_only=True)
class Documents(Table):
    """A stored query with documents, written again where its rows differ, as are its child tables.

    Args:
        documents: The columns of the query that hold JSON, each with what stands before the names of its fields; the
            empty text for a column that is the whole document.
        beside: Names of tables that are another's, so that no child table is given one of them.
        max_depth: How many objects and arrays may be within each other.
        max_columns: How many columns a table may have.
    """

    documents: Mapping[str, str]
    beside: tuple[str, ...] = ()
    max_depth: int = 16
    max_columns: int = 1000

    def __post_init__(self) -> None:
        """Refuse a table of documents without any, and a key that is one."""
        if not self.documents:
            message = f"{self.name} has no documents."
            raise DeclarationError(message, mend="Name a column that holds JSON, or declare a Table.")
        if both := sorted({*self.key} & {*self.documents}):
            message = f"{self.name} has the document {both[0]} in its key."
            raise DeclarationError(message, mend="Let its key be columns that hold single values.")


@dataclass(frozen=True, kw_only=True)
class DocumentsReport(BuildReport):
    """What a build did.

    Args:
        tables: The child tables, each with its rows.
        news: What is new since the build before, or odd: a sentence each.
    """

    tables: Mapping[str, int] = field(default_factory=dict)
    news: tuple[str, ...] = ()

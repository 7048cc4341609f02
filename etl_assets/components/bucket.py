"""A bucket that DMS copies tables into, read from a ``defs.yaml``: the one source of what its tables are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from etl_assets.components.declared import read_yaml
from etl_assets.components.dms_table import WAREHOUSE, DmsTable, declared_table
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.factories.accounts import accounts_view, write_accounts_sql
from etl_assets.settings import variable
from etl_assets.warehouse.apart import refuse_shared
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.models.declare import Model


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """The declared tables of a bucket.

    Args:
        tables: Those that can be loaded.
        broken: Those that cannot be, since they are declared wrongly or a variable is not set, and why.
    """

    tables: tuple[DmsTable, ...]
    broken: Mapping[str, str]

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """What is loaded."""
        return tuple(table.dataset for table in self.tables)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """What is built."""
        return tuple(model for table in self.tables for model in table.models)


@lru_cache(maxsize=8)
def bucket_of(file: Path) -> Bucket:
    """The bucket that a ``defs.yaml`` declares.

    Raises:
        DeclarationError: When it is no list of tables, or two of them would be the same.
    """
    return read_bucket(file.read_text(encoding="utf-8"), file.name)


def read_bucket(text: str, what: str, variables: Callable[[str], str | None] = variable) -> Bucket:
    """The bucket that a YAML text declares.

    Args:
        text: The YAML.
        what: What it is called, for messages.
        variables: Gives a variable of the environment; None where it is not set.

    Raises:
        DeclarationError: When it is no list of tables, or two of them would be the same.
    """
    document = read_yaml(text)
    attributes: Any = document.get("attributes") if isinstance(document, dict) else None
    listed: Any = attributes.get("tables") if isinstance(attributes, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        message = f"{what} has no list of tables."
        raise DeclarationError(message, mend="Write attributes, tables, and below them `- table: SCHEMA/TABLE`.")
    found: list[DmsTable] = []
    broken: dict[str, str] = {}
    for number, given in enumerate(listed, start=1):
        try:
            found.append(declared_table(what, given, variables))
        except DeclarationError as error:
            broken[str(given.get("table") or f"table {number}")] = str(error)
    _refuse_repeated(what, found)
    tables = tuple(table.beside(tuple(found)) for table in found)
    for table in tables:
        table.write_sql()
    if tables:
        write_accounts_sql(accounts_view(WAREHOUSE), [(table.dataset, table.current.table) for table in tables])
    return Bucket(tables=tables, broken=broken)


def _refuse_repeated(what: str, tables: Sequence[DmsTable]) -> None:
    """See that no two tables have a folder, or a table of the warehouse, in common."""
    seen: dict[str, str] = {}
    for table in tables:
        for name in (f"the folder {table.folder}", *(f"the table {model.name}" for model in table.models)):
            if name in seen:
                message = f"{what} has {name} twice: for {seen[name]} and for {table.folder}."
                raise DeclarationError(message, mend="Give one of them another name: `name: …`.")
            seen[name] = table.folder
    refuse_shared(table.dataset.name for table in tables)
    _refuse_within(what, tables)


def _refuse_within(what: str, tables: Sequence[DmsTable]) -> None:
    """See that no table is called as one that may be made for the documents of another."""
    names = {model.table.table: table.folder for table in tables for model in table.models}
    documents = {table.current.table.table: table.folder for table in tables if isinstance(table.current, Documents)}
    for own, folder in documents.items():
        for name in (f"{own}_fields", *(name for name in documents if name.startswith(f"{own}_"))):
            if name in names:
                message = (
                    f"{what} has the table {name}, for {names[name]}; a table of the documents of {folder} may be it."
                )
                raise DeclarationError(message, mend="Give one of them another name: `name: …`.")

"""What a build goes by: the declaration, the model's SQL, and the SQL of its own checks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from etl_assets.errors import DeclarationError
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.models.declare import Incremental, Model, Type2
from etl_assets.warehouse.models.sql import ModelSql


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A model, read.

    Args:
        model: Its declaration.
        sql: Its query.
        checks: The queries of its own checks, in ``sql/<warehouse>/checks``, by name.
        root: The folder of the SQL files.
    """

    model: Model
    sql: ModelSql
    checks: dict[str, ModelSql]
    root: Path

    @classmethod
    def read(cls, model: Model, root: Path = SQL_ROOT) -> Self:
        """Read a model's files.

        Raises:
            DeclarationError: When one is missing, cannot be parsed, or a check does not say what it finds.
        """
        names = [check.name for check in model.checks if check.kind == "sql"]
        checks = {name: _check_sql(TableName(model.table.warehouse, "checks", name), root) for name in names}
        return cls(model=model, sql=ModelSql.read(model.table, root), checks=checks, root=root)

    @property
    def reads(self) -> tuple[TableName, ...]:
        """The other tables whose new rows matter: to query, pointers, lookups and checks; in name order."""
        found = {table for sql in (self.sql, *self.checks.values()) for table in sql.upstreams}
        if isinstance(self.model, Incremental):
            found |= {TableName.parse(member.dimension) for member in self.model.members}
        if isinstance(self.model, Type2):
            found |= {lookup.table for lookup in self.model.lookups}
        found |= {TableName.parse(check.other) for check in self.model.checks if check.other}
        return tuple(sorted(found - {self.model.table}))

    @property
    def definition(self) -> str:
        """A fingerprint of all that says what the table should hold and promise."""
        texts = [*(text for sql in (self.sql, *self.checks.values()) for text in sql.texts), repr(self.model)]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _check_sql(name: TableName, root: Path) -> ModelSql:
    sql = ModelSql.read(name, root)
    if not sql.description:
        message = f"{sql.path.name} does not say what it checks."
        raise DeclarationError(message, mend="Open it with a comment that says which rows it finds.")
    return sql

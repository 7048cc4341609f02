"""A model's SQL file: what it says of itself, what it reads, and its text for an engine."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from etl_assets.errors import DeclarationError
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.dialects import ALL, Dialect
from etl_assets.warehouse.models.functions import expand

_GRAIN = "Grain:"


@dataclass(frozen=True)
class ModelSql:
    """One statement in PostgreSQL's dialect, below a comment that says what a row is, and its forms for single engines.

    Args:
        name: The table's name.
        path: The file.
        text: Its whole text.
        overrides: The texts of the files beside it that take its place on one engine, by the dialect's name.
    """

    name: TableName
    path: Path
    text: str
    overrides: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, name: TableName, root: Path = SQL_ROOT) -> Self:
        """Read a model's file.

        Raises:
            DeclarationError: When there is none.
        """
        path = name.sql_file(root)
        if not path.is_file():
            message = f"{name.key} has no SQL."
            raise DeclarationError(message, mend=f"Write it in {path}.")
        beside = {dialect.NAME: path.with_suffix(f".{dialect.NAME}.sql") for dialect in ALL}
        overrides = ((own, file.read_text(encoding="utf-8")) for own, file in beside.items() if file.is_file())
        return cls(name, path, path.read_text(encoding="utf-8"), tuple(overrides))

    @cached_property
    def _comments(self) -> list[str]:
        lines: list[str] = []
        for line in self.text.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line.removeprefix("--").strip())
        return lines

    @property
    def description(self) -> str:
        """The opening comment without its grain."""
        return " ".join(line for line in self._comments if line and not line.startswith(_GRAIN))

    @property
    def grain(self) -> str:
        """What makes a row unique, as the opening comment says."""
        return next((line.removeprefix(_GRAIN).strip(" .") for line in self._comments if line.startswith(_GRAIN)), "")

    @cached_property
    def tree(self) -> exp.Expr:
        """The statement, parsed.

        Raises:
            DeclarationError: When it cannot be parsed, or is not one query.
        """
        return _parsed(self.path, self.text, "postgres")

    @cached_property
    def override_trees(self) -> dict[str, exp.Expr]:
        """The statements of the files for single engines, parsed, by the dialect's name.

        Raises:
            DeclarationError: When one cannot be parsed, or is not one query.
        """
        return {own: _parsed(self.path.with_suffix(f".{own}.sql"), text, own) for own, text in self.overrides}

    @property
    def texts(self) -> tuple[str, ...]:
        """All that the files say."""
        return (self.text, *(text for _, text in self.overrides))

    @cached_property
    def upstreams(self) -> tuple[TableName, ...]:
        """The tables that it reads, on any engine, in name order."""
        nodes = (node for tree in (self.tree, *self.override_trees.values()) for node in tree.find_all(exp.Table))
        tables = (TableName.of_table(table.db, table.name) for table in nodes if table.db)
        return tuple(sorted({table for table in tables if table is not None}))

    def for_engine(self, dialect: type[Dialect]) -> exp.Expr:
        """The statement to run on an engine: the override beside the file where there is one."""
        return self.override_trees.get(dialect.NAME, self.tree).transform(expand, dialect)

    def rendered(self, dialect: type[Dialect]) -> str:
        """The statement's text for an engine."""
        return self.for_engine(dialect).sql(dialect=dialect.NAME, pretty=True)

    def column_lineage(self) -> dict[str, list[tuple[str, str]]]:
        """For each column of the result the upstream columns that it is made of, as (asset key, column)."""
        from sqlglot.lineage import lineage  # noqa: PLC0415 - needed only where the catalogue is written
        from sqlglot.optimizer.qualify import qualify  # noqa: PLC0415 - as above
        from sqlglot.optimizer.scope import build_scope  # noqa: PLC0415 - as above

        qualified = qualify(self.tree.copy(), dialect="postgres", validate_qualify_columns=False, identify=False)
        nodes = lineage(None, qualified, {}, dialect="postgres", scope=build_scope(qualified))
        return {
            column: sorted({origin for node in root.walk() if (origin := _origin(node))})
            for column, root in nodes.items()
        }


def _parsed(path: Path, text: str, dialect: str) -> exp.Expr:
    try:
        trees = [tree for tree in parse(text, dialect=dialect) if tree is not None]
    except SqlglotError as error:
        message = f"{path.name} cannot be parsed: {str(error).splitlines()[0]}"
        raise DeclarationError(message, mend=f"Correct {path}.") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        message = f"{path.name} is not one query."
        raise DeclarationError(message, mend=f"Keep one select statement in {path}.")
    return trees[0]


def _origin(node: object) -> tuple[str, str] | None:
    table = getattr(node, "expression", None)
    if not isinstance(table, exp.Table) or not table.db:
        return None
    name = TableName.of_table(table.db, table.name)
    return (name.key, str(getattr(node, "name", "")).rpartition(".")[2]) if name else None

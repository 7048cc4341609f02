"""What can be told of a model from its declaration and its SQL: the tables that a build reads, the columns' meaning."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlglot import exp

from etl_assets.datasets import Dataset
from etl_assets.names import SQL_ROOT, TableName
from etl_assets.warehouse.models.declare import Incremental, Member, Model, Table, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.sql import ModelSql

Lineage = Mapping[str, Sequence[tuple[str, str]]]

_LIFE: Final = {
    "valid_from": "When the version begins to hold.",
    "valid_to": "When it ceases to hold; 9999-12-31 while it holds.",
    "is_current": "Whether it is the last version of its key and still holds.",
    "is_inferred": "Whether facts name the key and no source has it yet.",
}


def tables_read(model: Model, root: Path = SQL_ROOT) -> tuple[TableName, ...]:
    """Every other table that a build reads: by its SQL, by its members, by its checks; in name order."""
    return Plan.read(model, root).reads


def column_lineage(model: Model, root: Path = SQL_ROOT) -> Lineage:
    """For each column of the table the upstream columns that it is made of, as (key, column)."""
    lineage = {column: tuple(origins) for column, origins in _lineage(_sql(model.table, root)).items()}
    if isinstance(model, Incremental):
        return {**lineage, **{member.column: ((member.dimension, member.column),) for member in model.members}}
    if isinstance(model, Type2):
        own = {column: origins for column, origins in lineage.items() if column in {*model.key, *model.attributes}}
        return own | {name: ((lookup.dataset, origin),) for lookup, name, origin in _looked_up(model)}
    return lineage


def column_descriptions(model: Model, datasets: Sequence[Dataset], root: Path = SQL_ROOT) -> dict[str, str]:
    """What each column means: as the SQL says beside it, else as where it comes from says.

    Args:
        model: Whose columns.
        datasets: The declared tables that it may come from.
        root: The folder of the SQL files.
    """
    declared = {dataset.table: {column.name: column.description for column in dataset.columns} for dataset in datasets}
    found = _descriptions(model.table, declared, root)
    if isinstance(model, Type2):
        found |= {name: declared.get(lookup.table, {}).get(origin, "") for lookup, name, origin in _looked_up(model)}
        unknown = f"; -1 for the unknown {model.entity}" if model.unknown_member else ""
        found |= {model.surrogate: f"The version's own key{unknown}.", **_LIFE}
    if isinstance(model, Incremental):
        found |= {member.column: _pointer(member) for member in model.members}
    return found


def column_roles(model: Model) -> dict[str, str]:
    """What the columns are for, in the words of the declaration; those that it does not name have none."""
    if isinstance(model, Type2):
        named = {"tracked": model.tracked, "overwritten": model.overwritten, "original": model.original}
    else:
        named = {"pointer": tuple(member.column for member in model.members) if isinstance(model, Incremental) else ()}
    key = model.key if isinstance(model, Type2 | Table | Incremental) else ()
    return {column: role for role, columns in (*named.items(), ("key", key)) for column in columns}


def _looked_up(model: Type2) -> list[tuple[Lookup, str, str]]:
    """Each looked-up column's lookup, name and origin."""
    return [(lookup, name, origin) for lookup in model.lookups for name, origin in lookup.origins.items()]


def _descriptions(table: TableName, declared: Mapping[TableName, dict[str, str]], root: Path) -> dict[str, str]:
    if table in declared:
        return dict(declared[table])
    if not table.sql_file(root).is_file():
        return {}
    sql = _sql(table, root)
    above = {name.key: _descriptions(name, declared, root) for name in sql.upstreams}
    found: dict[str, str] = {}
    for column, origins in _lineage(sql).items():
        if len(origins) == 1 and origins[0][1] == column:
            found[column] = above.get(origins[0][0], {}).get(column, "")
    return found | _comments(sql)


def _pointer(member: Member) -> str:
    as_of = " as of the row's time" if member.at else ""
    return f"The member of {member.dimension} that {', '.join(member.named)} names{as_of}; -1 for the unknown one."


def _comments(sql: ModelSql) -> dict[str, str]:
    """The comments behind the selected columns."""
    return {
        column.alias_or_name: " ".join(comment.strip() for comment in column.comments)
        for column in _selects(sql.tree)
        if column.comments
    }


def _selects(tree: exp.Expr) -> list[exp.Expr]:
    return tree.selects if isinstance(tree, exp.Query) else []


def _sql(table: TableName, root: Path) -> ModelSql:
    """A model's SQL, parsed once as long as its file stays the same."""
    path = table.sql_file(root)
    return _read(table, root, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=256)
def _read(table: TableName, root: Path, modified: int) -> ModelSql:
    del modified
    return ModelSql.read(table, root)


@lru_cache(maxsize=256)
def _lineage(sql: ModelSql) -> dict[str, list[tuple[str, str]]]:
    return sql.column_lineage()

"""What assets say of themselves, in the forms that Dagster shows."""

import re
import warnings
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import dagster as dg
from sqlglot import transpile

from etl_assets.errors import EtlError, FileRefused
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.models.reports import CheckResult
from etl_assets.words import counted

Event = dg.AssetCheckResult | dg.MaterializeResult[Any]
"""What a step tells Dagster."""

REFUSED: Final = "refused_file"
"""Where a failure has the path of the file that it is about."""
_LONGEST_CELL: Final = 200
_MOST_LISTED: Final = 50
_SPECIAL: Final = re.compile(r"[\\|`*_~\[\]<>#]")
_NOTHING: Final[Mapping[str, str]] = {}


def asset_key(key: str) -> dg.AssetKey:
    """``support/marts/dim_analysts`` as Dagster has it."""
    return dg.AssetKey(key.split("/"))


def op_name(key: str) -> str:
    """What the step that makes an asset is called."""
    return key.replace("/", "__")


def engine_kind() -> str:
    """The warehouse's engine, as the URL names it; shown beside an asset."""
    return Settings.read().warehouse_url.partition("://")[0]


def column_schema(
    columns: Mapping[str, str],
    descriptions: Mapping[str, str],
    *,
    roles: Mapping[str, str] = _NOTHING,
    filled: Collection[str] = (),
    unique: Collection[str] = (),
) -> dg.TableSchema:
    """Columns by name.

    Args:
        columns: Their types.
        descriptions: What they mean.
        roles: What those are for that are declared to be something, as ``key``.
        filled: Those that are never NULL.
        unique: Those that have no value twice.
    """
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=name,
                type=kind,
                description=descriptions.get(name) or None,
                constraints=dg.TableColumnConstraints(nullable=name not in filled, unique=name in unique),
                tags={roles[name]: ""} if name in roles else None,
            )
            for name, kind in columns.items()
        ]
    )


def table_name(table: TableName) -> dict[str, str]:
    """The table's name in the database."""
    return {"dagster/table_name": table.qualified}


def code_references(*places: tuple[Path, int] | None) -> dict[str, Any]:
    """Links from the asset's page to lines of files; those that there are."""
    with warnings.catch_warnings(action="ignore", category=dg.BetaWarning):
        references = [
            dg.LocalFileCodeReference(file_path=str(path), line_number=line, label=path.name)
            for path, line in filter(None, places)
        ]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[*references])}


def sql_text(text: str) -> dg.MarkdownMetadataValue:
    """A statement, with its words in colour."""
    return dg.MetadataValue.md(f"```sql\n{text.strip()}\n```")


def markdown_table(rows: Sequence[Mapping[str, object]], *, is_markdown: bool = False) -> dg.MarkdownMetadataValue:
    """Rows as a table; the columns are the first row's. A long one is behind a link.

    Args:
        rows: The rows.
        is_markdown: Whether the cells are Markdown already, and no data.
    """
    if not rows:
        return dg.MetadataValue.md("")
    shown = str if is_markdown else _escaped
    lines = [_line(map(_escaped, rows[0])), _line("---" for _ in rows[0])]
    return dg.MetadataValue.md("\n".join([*lines, *(_line(map(shown, row.values())) for row in rows)]))


def table(rows: Sequence[Mapping[str, object]], *, null: str = "") -> dg.TableMetadataValue:
    """Rows as a table that is shown at once, wherever it stands; every cell a text, since a page rounds large numbers.

    Args:
        rows: The rows; the columns are the first one's.
        null: What stands for NULL.
    """
    return dg.MetadataValue.table(
        records=[dg.TableRecord({name: _text(value, null) for name, value in row.items()}) for row in rows],
        schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in rows[0]] if rows else []),
    )


def listed(items: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Sentences as a list; of very many the first, since Dagster keeps them with every run."""
    every = [*items]
    more = [f"and {len(every) - _MOST_LISTED:,} more"] if len(every) > _MOST_LISTED else []
    return dg.MetadataValue.md("\n".join(f"- {_escaped(item)}" for item in [*every[:_MOST_LISTED], *more]))


def check_result(result: CheckResult, *, dialect: str, key: dg.AssetKey | None = None) -> dg.AssetCheckResult:
    """What a check found: how many rows, a few of them, and the query that finds them.

    Args:
        result: What it found.
        dialect: What the query is written in, as sqlglot names it.
        key: The asset, where the step has several.
    """
    metadata: dict[str, Any] = {"bad_rows": result.bad_rows}
    if result.sample:
        metadata["sample"] = table(result.sample, null="NULL")
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=result.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.blocking else dg.AssetCheckSeverity.WARN,
        description=_told(result, dialect),
        metadata={**metadata, "query": sql_text(result.query)},
    )


def _told(result: CheckResult, dialect: str) -> str:
    """What a check found, in words; Dagster shows them as Markdown, at once."""
    if result.passed:
        return "No row breaks it."
    found = f"{counted(result.bad_rows, 'row')} {'breaks' if result.bad_rows == 1 else 'break'} it"
    then = ", so the table was left as it was" if result.blocking else ""
    query = transpile(result.query, read=dialect, write=dialect, pretty=True, comments=False)[0]
    return f"**{found}**{then}. The query that finds them:\n\n```sql\n{query}\n```"


@contextmanager
def failing_clearly() -> Generator[None]:
    """Turn a failure that the project names into Dagster's, its mend beside it."""
    try:
        yield
    except EtlError as error:
        refused = {REFUSED: error.path} if isinstance(error, FileRefused) else {}
        raise dg.Failure(description=str(error), metadata={"error": type(error).__name__, **refused}) from error


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(value: object) -> str:
    """A value as Markdown shows it; NULL is not taken for a text."""
    if value is None:
        return "*NULL*"
    return _SPECIAL.sub(r"\\\g<0>", _text(value, ""))


def _text(value: object, null: str) -> str:
    """A value on one line, cut where it is long."""
    if value is None:
        return null
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(round(value, 4) if isinstance(value, float) else value).splitlines())
    return f"{text[:_LONGEST_CELL]}…" if len(text) > _LONGEST_CELL else text

"""What assets say of themselves, in the forms that Dagster shows."""

import warnings
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import dagster as dg

from etl_assets.errors import EtlError, FileRefused
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.models.reports import CheckResult

Event = dg.AssetCheckResult | dg.MaterializeResult[Any]
"""What a step tells Dagster."""

REFUSED: Final = "refused_file"
"""Where a failure has the path of the file that it is about."""
_LONGEST_CELL: Final = 200


def asset_key(key: str) -> dg.AssetKey:
    """``support/marts/dim_analysts`` as Dagster has it."""
    return dg.AssetKey(key.split("/"))


def op_name(key: str) -> str:
    """What the step that makes an asset is called."""
    return key.replace("/", "__")


def engine_kind() -> str:
    """The warehouse's engine, as the URL names it; shown beside an asset."""
    return Settings.read().warehouse_url.partition("://")[0]


def column_schema(columns: Mapping[str, str], descriptions: Mapping[str, str]) -> dg.TableSchema:
    """Columns by name, with their types and what they mean."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name=name, type=kind, description=descriptions.get(name) or None)
            for name, kind in columns.items()
        ]
    )


def table_name(table: TableName) -> dict[str, str]:
    """The table's name in the database."""
    return {"dagster/table_name": table.qualified}


def code_reference(path: Path) -> dict[str, Any]:
    """A link from the asset's page to a file."""
    with warnings.catch_warnings(action="ignore", category=dg.BetaWarning):
        reference = dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=path.name)
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def markdown_table(rows: Sequence[Mapping[str, object]]) -> dg.MarkdownMetadataValue:
    """Rows as a table; the columns are the first row's."""
    if not rows:
        return dg.MetadataValue.md("")
    lines = [_line(rows[0]), _line("---" for _ in rows[0]), *(_line(row.values()) for row in rows)]
    return dg.MetadataValue.md("\n".join(lines))


def listed(items: Iterable[str]) -> dg.MarkdownMetadataValue:
    """Sentences as a list."""
    return dg.MetadataValue.md("\n".join(f"- {_shown(item)}" for item in items))


def check_result(result: CheckResult, *, key: dg.AssetKey | None = None) -> dg.AssetCheckResult:
    """What a check found: how many rows, a few of them, and the query that finds them."""
    metadata: dict[str, Any] = {
        "bad_rows": result.bad_rows,
        "query": dg.MetadataValue.md(f"```sql\n{result.query}\n```"),
    }
    if result.sample:
        metadata["sample"] = markdown_table(result.sample)
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=result.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.blocking else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


@contextmanager
def failing_clearly() -> Generator[None]:
    """Turn a failure that the project names into Dagster's, its mend beside it."""
    try:
        yield
    except EtlError as error:
        refused = {REFUSED: error.path} if isinstance(error, FileRefused) else {}
        raise dg.Failure(description=str(error), metadata={"error": type(error).__name__, **refused}) from error


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(_shown(cell) for cell in cells)} |"


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    text = f"{text[:_LONGEST_CELL]}…" if len(text) > _LONGEST_CELL else text
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\r", " ").replace("\n", " ")

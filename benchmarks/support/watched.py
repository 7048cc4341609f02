"""What counts for what in a process of ``etl-assets``. Imports are watched before all else."""

import builtins
import importlib
import sys
from collections.abc import Callable
from typing import Any, Final

from benchmarks.support.spans import Spans

PARTS: Final = {
    "start-up": "the interpreter, our own imports and the drivers",
    "Dagster's imports": "Dagster imported, with all that it imports",
    "code location": "`defs/` turned into Dagster's definitions, SQL files parsed",
    "samples": "the files of the sample written",
    "Dagster": "its job, its events, its storage",
    "extract": "landed files read and written to the lake: our Python, numpy and Arrow",
    "SQL": "statements in the engine, connections and commits; the cast of a load is a statement too",
    "ours": "Python between the statements: SQL put together, ledgers read, checks told",
    "command": "the command's own: what it asks before and after, and prints",
}
"""What a process's seconds are spent on, and what is meant by that."""
_DAGSTERS: Final = "Dagster's imports"
_SESSION: Final = "run rows batches load columns described lock"


def watch_imports(spans: Spans) -> None:
    """Let imports count as start-up."""
    for owner, name in ((builtins, "__import__"), (importlib, "import_module")):
        setattr(owner, name, _timed_import(spans, getattr(owner, name)))


def _timed_import(spans: Spans, function: Callable[..., Any]) -> Callable[..., Any]:
    def timed(name: str, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the function
        span = _span_of(name.partition(".")[0], spans.innermost)
        if name in sys.modules or span == spans.innermost:
            return function(name, *given, **named)
        with spans.of(span):
            return function(name, *given, **named)

    return timed


def _span_of(package: str, around: str) -> str:
    """What an import counts for: Dagster's brings its own, ours brings the drivers."""
    if package.startswith("dagster") or around in {"Dagster", _DAGSTERS}:
        return "start-up" if package == "etl_assets" else _DAGSTERS
    return "start-up"


def watch_project(spans: Spans) -> None:
    """Let the project's and Dagster's functions count for their parts."""
    import dagster as dg  # noqa: PLC0415 - when imports are watched

    from etl_assets.cli import demo, execution  # noqa: PLC0415 - as above
    from etl_assets.connectors.files import extract  # noqa: PLC0415 - as above
    from etl_assets.warehouse import exports, status  # noqa: PLC0415 - as above
    from etl_assets.warehouse.load import staging  # noqa: PLC0415 - as above
    from etl_assets.warehouse.models import build, catalogue  # noqa: PLC0415 - as above

    spans.watch(execution, "load", "code location")
    spans.watch(dg.Definitions, "resolve_implicit_global_asset_job_def", "code location")
    spans.watch(demo.samples, "write", "samples")
    spans.watch(dg.JobDefinition, "execute_in_process", "Dagster")
    spans.watch_ends(execution, "_instance", "Dagster")
    spans.watch(extract, "extract_files unknown_files stray_files", "extract")
    spans.watch(staging, "load_dataset", "ours")
    spans.watch(status, "quarantined", "ours")
    spans.watch(build, "build_model", "ours")
    spans.watch(exports, "export_table", "ours")
    spans.watch(catalogue, "column_lineage column_descriptions", "ours")


def watch_engine(spans: Spans, engine: str) -> None:
    """Let an engine's sessions count as SQL."""
    if engine == "duckdb":
        from etl_assets.warehouse.engines.duckdb import DuckDBEngine as Kind  # noqa: PLC0415 - as above
        from etl_assets.warehouse.engines.duckdb import DuckDBSession as Held  # noqa: PLC0415 - as above
    else:
        from etl_assets.warehouse.engines.postgres import PostgresEngine as Kind  # noqa: PLC0415 - as above
        from etl_assets.warehouse.engines.postgres import PostgresSession as Held  # noqa: PLC0415 - as above
    spans.watch(Held, _SESSION, "SQL")
    spans.watch_ends(Kind, "reading _writing", "SQL")

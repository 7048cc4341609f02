"""SQLMesh's model kinds SCD_TYPE_2_BY_TIME and SCD_TYPE_2_BY_COLUMN, run in SQLMesh's own environment.

A source that shows the present is read whole, the run's clock given as ``execution_time``. A source that holds history
is read day by day (``batch_size 1``), as SQLMesh's documentation has it for such tables. Versions begin at the row's
own time where the kind can take it (``updated_at_as_valid_from``, ``updated_at_name``), else at the run's.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlmesh import Context
from sqlmesh.utils.errors import SQLMeshError

from benchmarks.history.peers.exchange import Answer, outline, selected, serve, source_statements, versions

_EVE: Final = "2023-12-31"
_WAYS: Final = ("by_time", "by_column")


def answer_to(request: dict[str, Any]) -> Answer:
    """Run every scenario in a project of its own."""
    answers = {scenario["name"]: _answer(request, scenario) for scenario in request["scenarios"]}
    return {way: {name: found[way] for name, found in answers.items()} for way in _WAYS}


def _answer(request: dict[str, Any], scenario: dict[str, Any]) -> dict[str, dict[str, Any]]:
    schema = f"kit_{scenario['name']}"
    folder = Path(request["folder"]) / scenario["name"]
    _write_project(folder, request, scenario, schema)
    errors: list[str] = []
    for run in scenario["batches" if scenario["holds_history"] else "runs"]:
        with _opened(folder) as context:
            with context.engine_adapter.transaction():
                context.engine_adapter.execute(f"create schema if not exists {schema}_source")
                context.engine_adapter.execute(source_statements(scenario, f"{schema}_source.people", run["rows"]))
            try:
                _bring_up_to_date(context, run["at"])
            except SQLMeshError as error:
                errors.append(outline(error))
    with _opened(folder) as context:
        return {way: {"rows": _versions(context, scenario, f"{schema}.{way}"), "errors": errors} for way in _WAYS}


@contextmanager
def _opened(folder: Path) -> Iterator[Context]:
    context = Context(paths=folder)
    try:
        yield context
    finally:
        context.close()


def _bring_up_to_date(context: Context, at: str) -> None:
    if context.state_reader.get_environment("prod"):
        context.run(execution_time=at, skip_janitor=True)
    else:
        context.plan(no_prompts=True, auto_apply=True, skip_tests=True, execution_time=at)


def _versions(context: Context, scenario: dict[str, Any], table: str) -> list[dict[str, Any]]:
    if not context.engine_adapter.table_exists(table):
        return []
    rows = context.engine_adapter.fetchall(selected(scenario, "valid_from", "valid_to", table))
    return versions(scenario, rows)


def _write_project(folder: Path, request: dict[str, Any], scenario: dict[str, Any], schema: str) -> None:
    models = folder / "models"
    models.mkdir(parents=True)
    config = {
        "gateways": {"kit": {"connection": _connection(request), "state_schema": f"{schema}_state"}},
        "default_gateway": "kit",
        "model_defaults": {"dialect": request["engine"], "start": _start(scenario)},
    }
    (folder / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    for way in _WAYS:
        (models / f"{way}.sql").write_text(_model(scenario, schema, way), encoding="utf-8")


def _start(scenario: dict[str, Any]) -> str:
    """The first day that the models ask for: that of the history's first row; of the present, any day before."""
    first = min((row["told_for"] for row in scenario["batches"][0]["rows"]), default=_EVE)
    return first[:10] if scenario["holds_history"] else _EVE


def _connection(request: dict[str, Any]) -> dict[str, Any]:
    if request["engine"] == "duckdb":
        return {"type": "duckdb", "database": request["database"]}
    url = urlsplit(request["database"])
    place = {"host": url.hostname, "port": url.port, "user": url.username, "database": url.path[1:]}
    return {"type": "postgres", "password": "", "concurrent_tasks": 1} | place


def _model(scenario: dict[str, Any], schema: str, way: str) -> str:
    options = {
        "unique_key": f"({', '.join(scenario['key'])})",
        "invalidate_hard_deletes": str(scenario["closes"]).lower(),
    }
    if way == "by_time":
        options |= {"updated_at_name": "changed_at", "updated_at_as_valid_from": _true_unless(scenario["beginning"])}
    else:
        options["columns"] = f"[{', '.join(scenario['tracked'])}]"
        options["execution_time_as_valid_from"] = _true_unless(scenario["beginning"])
    where = ""
    if scenario["holds_history"]:
        options["batch_size"] = "1"
        where = "\nwhere told_for between @start_dt and @end_dt"
        if way == "by_column":
            options["updated_at_name"] = "changed_at"
    kind = ", ".join(f"{name} {value}" for name, value in options.items())
    columns = ", ".join(f"{name}::text as {name}" for name in (*scenario["key"], *scenario["columns"]))
    return (
        f"model (name {schema}.{way}, kind scd_type_2_{way} ({kind}), cron '@daily');\n"
        f"select {columns}, changed_at::timestamp as changed_at\nfrom {schema}_source.people{where}\n"
    )


def _true_unless(beginning: str | None) -> str:
    """Whether the first version begins with its row; by default it begins in 1970."""
    return str(beginning is None).lower()


if __name__ == "__main__":
    serve(answer_to, packages=("sqlmesh", "duckdb"))

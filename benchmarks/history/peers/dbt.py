"""dbt's snapshots with the strategies ``timestamp`` and ``check``, run in dbt's own environment.

One project holds every scenario's source and its two snapshots; ``dbt snapshot`` is called once for the first run of
every scenario, once for the second, and so on. dbt stamps with the database's clock, so the project defines the macro
that reads it: each run of a scenario sees the time that the scenario gives. ``hard_deletes`` is ``invalidate`` wherever
a key that the source lacks is gone.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.history.peers.exchange import Answer, Row, outline, selected, serve, source_statements, versions

_WAYS: Final = ("timestamp", "check")
_CLOCK: Final = """
{% macro the_clock() %}cast('{{ var("clock")[model.name.rpartition("__")[0]] }}' as timestamp){% endmacro %}
{% macro duckdb__snapshot_get_time() %}{{ the_clock() }}{% endmacro %}
{% macro postgres__snapshot_get_time() %}{{ the_clock() }}{% endmacro %}
"""


def answer_to(request: dict[str, Any]) -> Answer:
    """Run every scenario, all of them side by side."""
    folder, scenarios = Path(request["folder"]), request["scenarios"]
    _write_project(folder, request)
    errors: dict[str, list[str]] = {}
    for runs in zip_longest(*(scenario["runs"] for scenario in scenarios)):
        due = {scenario["name"]: run for scenario, run in zip(scenarios, runs, strict=True) if run}
        with _connected(request) as cursor:
            for scenario in scenarios:
                if scenario["name"] in due:
                    _run(cursor, source_statements(scenario, _source(scenario), due[scenario["name"]]["rows"]))
        for node, message in _snapshot(folder, {name: run["at"] for name, run in due.items()}):
            errors.setdefault(node, []).append(message)
    with _connected(request) as cursor:
        return {way: _found(cursor, scenarios, way, errors) for way in _WAYS}


def _found(
    cursor: Any,  # noqa: ANN401 - of either driver
    scenarios: Sequence[dict[str, Any]],
    way: str,
    errors: dict[str, list[str]],
) -> dict[str, dict[str, Any]]:
    nodes = {scenario["name"]: f"{scenario['name']}__{way}" for scenario in scenarios}
    return {
        scenario["name"]: {
            "rows": _versions(cursor, scenario, nodes[scenario["name"]]),
            "errors": errors.get(nodes[scenario["name"]], []),
        }
        for scenario in scenarios
    }


def _versions(cursor: Any, scenario: dict[str, Any], node: str) -> list[Row]:  # noqa: ANN401 - of either driver
    cursor.execute(f"select table_schema from information_schema.tables where table_name = '{node}'")  # noqa: S608 - own name
    if not (schemas := cursor.fetchall()):
        return []
    cursor.execute(selected(scenario, "dbt_valid_from", "dbt_valid_to", f"{schemas[0][0]}.{node}"))
    return versions(scenario, cursor.fetchall())


def _snapshot(folder: Path, clock: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Run the snapshots of these scenarios; the names and messages of those that failed."""
    names = [f"{name}__{way}" for name in clock for way in _WAYS]
    argv = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-version-check", "snapshot"]
    argv += ["--project-dir", str(folder), "--profiles-dir", str(folder), "--vars", json.dumps({"clock": clock})]
    done = subprocess.run([*argv, "--select", *names], check=False, capture_output=True, text=True)  # noqa: S603 - own argv
    results = folder / "target" / "run_results.json"
    if not results.exists():
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
        if result["status"] != "success":
            yield result["unique_id"].rpartition(".")[2], outline(result["message"])
    results.unlink()


def _source(scenario: dict[str, Any]) -> str:
    return f"sources.{scenario['name']}"


def _run(cursor: Any, statements: Sequence[str]) -> None:  # noqa: ANN401 - of either driver
    for statement in ["create schema if not exists sources", *statements]:
        cursor.execute(statement)


@contextmanager
def _connected(request: dict[str, Any]) -> Iterator[Any]:
    if request["engine"] == "duckdb":
        import duckdb  # noqa: PLC0415 - one of two drivers

        connection = duckdb.connect(request["database"])
    else:
        import psycopg2  # noqa: PLC0415 - one of two drivers

        connection = psycopg2.connect(request["database"])
        connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def _write_project(folder: Path, request: dict[str, Any]) -> None:
    project = {"name": "kit", "version": "1.0.0", "profile": "kit", "snapshot-paths": ["snapshots"]}
    tables = [{"name": scenario["name"]} for scenario in request["scenarios"]]
    nodes = [_node(scenario, way) for scenario in request["scenarios"] for way in _WAYS]
    files = {
        "dbt_project.yml": json.dumps(project | {"flags": {"send_anonymous_usage_stats": False}}),
        "profiles.yml": json.dumps({"kit": {"target": "kit", "outputs": {"kit": _target(request)}}}),
        "macros/clock.sql": _CLOCK,
        "models/sources.yml": json.dumps({"sources": [{"name": "sources", "tables": tables}]}),
        "snapshots/snapshots.yml": json.dumps({"snapshots": nodes}),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _node(scenario: dict[str, Any], way: str) -> dict[str, Any]:
    config = {
        "schema": "snapshots",
        "unique_key": scenario["key"] if len(scenario["key"]) > 1 else scenario["key"][0],
        "strategy": way,
        "hard_deletes": "invalidate" if scenario["closes"] else "ignore",
    }
    config |= {"updated_at": "changed_at"} if way == "timestamp" else {"check_cols": scenario["tracked"]}
    relation = f"source('sources', '{scenario['name']}')"
    return {"name": f"{scenario['name']}__{way}", "relation": relation, "config": config}


def _target(request: dict[str, Any]) -> dict[str, Any]:
    if request["engine"] == "duckdb":
        return {"type": "duckdb", "path": request["database"], "schema": "main", "threads": 1}
    url = urlsplit(request["database"])
    place = {"host": url.hostname, "port": url.port, "user": url.username, "dbname": url.path[1:]}
    return {"type": "postgres", "password": "", "schema": "public", "threads": 1} | place


if __name__ == "__main__":
    serve(answer_to, packages=("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb"))

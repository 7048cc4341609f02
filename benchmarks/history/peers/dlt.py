"""dlt's merge strategy ``scd2``, run in dlt's own environment.

Each run gives the whole table, as the strategy expects by default; where absence says nothing, ``merge_key`` is the
natural key. The time of a snapshot, else the run's clock, is given as ``boundary_timestamp``. Only key and tracked
columns are given, so that what is not tracked opens no version.
"""

from typing import Any

import dlt
from dlt.destinations.exceptions import DatabaseUndefinedRelation
from dlt.pipeline.exceptions import PipelineStepFailed

from benchmarks.history.peers.exchange import Answer, Row, outline, selected, serve, versions

_TABLE = "people"


def answer_to(request: dict[str, Any]) -> Answer:
    """Run every scenario in a dataset of its own."""
    return {"scd2": {scenario["name"]: _answer(request, scenario) for scenario in request["scenarios"]}}


def _answer(request: dict[str, Any], scenario: dict[str, Any]) -> dict[str, Any]:
    destination = getattr(dlt.destinations, request["engine"])(request["database"])
    name = f"kit_{scenario['name']}"
    pipeline = dlt.pipeline(name, destination=destination, dataset_name=name, pipelines_dir=request["folder"])
    errors: list[str] = []
    for run in scenario["runs"]:
        try:
            pipeline.run(_resource(scenario, run))
        except PipelineStepFailed as error:
            errors.append(outline(str(error.__context__ or error).rpartition("with message: ")[2]))
            pipeline.abort_packages()
    return {"rows": _versions(pipeline, scenario), "errors": errors}


def _versions(pipeline: dlt.Pipeline, scenario: dict[str, Any]) -> list[Row]:
    with pipeline.sql_client() as client:
        try:
            rows = client.execute_sql(selected(scenario, "_dlt_valid_from", "_dlt_valid_to", _TABLE))
        except DatabaseUndefinedRelation:
            return []
    return versions(scenario, rows or [])


def _resource(scenario: dict[str, Any], run: dict[str, Any]) -> Any:  # noqa: ANN401 - dlt's resource
    names = [*scenario["key"], *scenario["tracked"]]
    return dlt.resource(
        [{name: row[name] for name in names} for row in run["rows"]],
        name=_TABLE,
        columns={name: {"name": name, "data_type": "text"} for name in names},
        merge_key=None if scenario["closes"] else scenario["key"],
        write_disposition={
            "disposition": "merge",
            "strategy": "scd2",
            "boundary_timestamp": f"{run['speaks_of'].replace(' ', 'T')}+00:00",
        },
    )


if __name__ == "__main__":
    serve(answer_to, packages=("dlt", "duckdb"))

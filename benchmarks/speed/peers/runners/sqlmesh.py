"""SQLMesh's kinds of type 2 models over a source table; runs in SQLMesh's environment."""

from pathlib import Path
from time import perf_counter
from typing import Any

from sqlmesh import Context

from benchmarks.speed.exchange import serve


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Bring the project up to date as of the request's time."""
    context = Context(paths=Path(request["folder"]))
    try:
        started = perf_counter()
        if context.state_reader.get_environment("prod"):
            context.run(execution_time=request["at"], skip_janitor=True)
        else:
            context.plan(no_prompts=True, auto_apply=True, skip_tests=True, execution_time=request["at"])
        built = perf_counter() - started
        return {"build": built, "versions": context.engine_adapter.fetchone("select count(*) from speed.customers")[0]}
    finally:
        context.close()


if __name__ == "__main__":
    serve(answer_to)

"""One call of the command in a process of its own, its seconds told apart (``watched.PARTS``)."""

import io
import json
import os
from contextlib import redirect_stdout
from time import perf_counter
from typing import Any, Final

from benchmarks.speed.exchange import serve
from benchmarks.support.spans import Spans
from benchmarks.support.watched import watch_engine, watch_imports, watch_project

LOAD: Final = "load"
"""Instead of a verb: only load the code location."""
_OURS: Final = ("ETL_", "DAGSTER_")


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Do what ``argv`` says, with the settings of ``environment``."""
    started = perf_counter()
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    os.environ.update(request["environment"])
    spans = Spans()
    watch_imports(spans)
    with spans.of("command"):
        document = _loaded(spans) if request["argv"] == [LOAD] else _called(request["argv"], spans, request["engine"])
    return {"parts": dict(spans.seconds), "inside": perf_counter() - started, "document": document}


def _called(argv: list[str], spans: Spans, engine: str) -> Any:  # noqa: ANN401 - whatever the verb prints
    """What a verb prints as JSON."""
    if argv[0] != "sample":
        watch_project(spans)
        watch_engine(spans, engine)
    from etl_assets.cli import command  # noqa: PLC0415 - when imports are watched

    printed = io.StringIO()
    with redirect_stdout(printed):
        code = command.main([*argv, "--json"], prog_name="etl-assets", standalone_mode=False)
    if code:
        raise SystemExit(printed.getvalue())
    return json.loads(printed.getvalue())


def _loaded(spans: Spans) -> dict[str, int]:
    """How much there is, when the code location is loaded."""
    from sqlglot.dialects.dialect import Dialect  # noqa: PLC0415 - when imports are watched

    from etl_assets.definitions import load  # noqa: PLC0415 - as above

    spans.watch(Dialect, "parse", "parsing SQL")
    with spans.of("code location"):
        graph = load().resolve_asset_graph()
    return {"assets": len(graph.get_all_asset_keys()), "checks": len(graph.asset_check_keys)}


if __name__ == "__main__":
    serve(answer_to)

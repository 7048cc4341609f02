"""One delivery to this project, in a process of its own: extract, load and build, each timed."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from benchmarks.speed.declared import DATASETS, DIMENSION, FACT, SQL
from benchmarks.speed.exchange import serve
from benchmarks.speed.sizes import sizes
from benchmarks.speed.statements import Statements
from etl_assets.connectors.files.extract import extract_files
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model

_Done = TypeVar("_Done")


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Bring in what has landed below the request's folder; ``meaning`` says of which dataset."""
    engine, folder = open_engine(request["url"]), Path(request["folder"])
    dataset, lake = DATASETS[request["meaning"]], open_lake(str(folder / "lake"))
    models = [DIMENSION, FACT] if request["has_visits"] else [DIMENSION]
    steps: dict[str, float] = {}
    statements = Statements(type(engine))
    extracted = _timed(steps, "extract", lambda: extract_files(dataset, folder / "landing", lake))
    loaded = _timed(steps, "load", lambda: load_dataset(engine, dataset, lake))
    statements.turn("build")
    built = _timed(steps, "build", lambda: [build_model(engine, model, sql_root=SQL) for model in models])
    return {
        "steps": steps,
        "rows": extracted.rows,
        "loaded": loaded.total("loaded"),
        "written": sum(report.written for report in built),
        "moved": sum(sum(report.repointed.values()) for report in built),
        "statements": statements.seconds,
        **_there(engine, has_visits=request["has_visits"]),
    }


def _timed(steps: dict[str, float], name: str, work: Callable[[], _Done]) -> _Done:
    started = perf_counter()
    done = work()
    steps[name] = perf_counter() - started
    return done


def _there(engine: Engine, *, has_visits: bool) -> dict[str, Any]:
    """How many versions and facts there are, and the bytes of each table."""
    with engine.reading() as session:
        versions = session.value("select count(*) from speed_marts.dim_customers where customer_key <> -1")
        visits = session.value("select count(*) from speed_marts.fact_visits") if has_visits else 0
        return {"versions": versions, "visits": visits, "bytes": sizes(session)}


if __name__ == "__main__":
    serve(answer_to)

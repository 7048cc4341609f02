"""One delivery merged by hand, in a process of its own: ``load`` brings the file into a staged table, ``build`` merges.

Each statement is a file beside this one and runs on both engines as it stands.
"""

from pathlib import Path
from time import perf_counter
from typing import Any, Final

from benchmarks.speed.exchange import serve
from benchmarks.speed.staged import connected, stage

_FOLDER: Final = Path(__file__).parent
_FIRST: Final = ("create_keys", "create_dimension")
_MERGE: Final = ("find_changed", "close_changed", "insert_changed")
_ON_POSTGRES: Final = ("index_current", "index_versions", "analyze_dimension")


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """Stage the request's file and merge it."""
    with connected(request["url"]) as cursor:
        started = perf_counter()
        stage(cursor, "staged", Path(request["file"]), request["meaning"], at=request["at"])
        loaded = perf_counter()
        for name in _statements(request):
            cursor.execute((_FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
        cursor.execute("commit")
        built = perf_counter()
        cursor.execute("select count(*) from dim_customers")
        return {"steps": {"load": loaded - started, "build": built - loaded}, "versions": cursor.fetchone()[0]}


def _statements(request: dict[str, Any]) -> tuple[str, ...]:
    """The statements, by file name, that a delivery needs."""
    is_indexed = request["url"].startswith("postgresql:")
    indexes = _ON_POSTGRES if is_indexed else ()
    match request["case"]:
        case "initial" | "first_snapshot":
            return (*_FIRST, "insert_first", *indexes)
        case "_history_5" | "_history_100":
            return (*_FIRST, "insert_history", *indexes)
        case "facts_5" | "facts_100":
            return ("insert_visits",)
        case _:
            return _MERGE


if __name__ == "__main__":
    serve(answer_to)

"""``python -m benchmarks torture``: the torture set on both engines and on other tools; writes ``docs/torture.md``."""

import argparse
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.databases import ENGINES, databases, url_of
from benchmarks.history.environments import PEERS as HISTORY
from benchmarks.history.environments import ROOT, Peer, python_of
from benchmarks.speed.process import ProcessFailed, TookTooLong, asked
from benchmarks.torture.alone import write_alone, write_files_alone
from benchmarks.torture.judged import judged, judged_file
from benchmarks.torture.page import Results, write_page
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.torture.files import FILES, file_probes, write_files
from etl_assets_tests.torture.outcome import landed, loaded, wrong_files, wrong_values
from etl_assets_tests.torture.values import VALUES, probes, write_values

PEERS: Final = {
    "pandas": Peer(name="pandas", requirements=("pandas", "pyarrow", "zstandard"), ways={}),
    "dlt": next(peer for peer in HISTORY if peer.name == "dlt"),
}
PAGE: Final = ROOT / "docs" / "torture.md"
OPENING: Final = Path(__file__).with_name("opening.md")
KEPT: Final = ROOT / "var" / "benchmarks" / "torture"
OURS: Final = "ours"
_AT_ONCE: Final = 40
_PACKAGES: Final = ("etl-assets", "duckdb", "pyarrow", "python-calamine")
_TITLES: Final = {OURS: "this project"}


def main(argv: Sequence[str]) -> int:
    """Do what is asked for, keep it, write the page from all that is kept; 1 when this project is wrong somewhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks torture", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[OURS, *PEERS, "page", []], help="all but the page alone by default")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    said = parser.parse_args(argv)
    for name in said.what or [OURS, *PEERS]:
        if name != "page":
            with TemporaryDirectory(prefix="torture-") as folder:
                _keep(name, _by_us(Path(folder)) if name == OURS else _by_peer(name, Path(folder)))
    results = _kept()
    write_page(results, said.page, opening=OPENING.read_text(encoding="utf-8"))
    print("\n".join(f"{engine}: {text}" for engine, texts in results.wrong.items() for text in texts))
    return any(results.wrong.values())


def _keep(name: str, found: dict[str, Any]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _kept() -> Results:
    found = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(KEPT.glob("*.json"))}
    names = [name for name in PEERS if name in found]
    return Results(
        values=[*probes()],
        files=[*file_probes()],
        wrong=found.get(OURS, {}).get("wrong", {}),
        peers={name: {int(number): said for number, said in found[name]["found"].items()} for name in names},
        packages={_TITLES.get(name, name): found[name]["packages"] for name in [OURS, *names] if name in found},
    )


def _by_us(folder: Path) -> dict[str, Any]:
    """What this project got wrong, by engine."""
    files = [*file_probes()]
    places = write_values(folder / "landing" / "torture" / "values", [*probes()])
    write_files(folder / "landing" / "torture", files)
    lake = open_lake(str(folder / "lake"))
    for dataset in (VALUES, FILES):
        landed(dataset, folder / "landing", lake)
    wrong: dict[str, list[str]] = {}
    for name in ENGINES:
        with databases(name, folder) as new_database:
            engine = open_engine(url_of(name, new_database()))
            for dataset in (VALUES, FILES):
                loaded(engine, dataset, lake)
            wrong[name] = [*wrong_values(engine, places), *wrong_files(engine, lake, FILES, files)]
    return {"wrong": wrong, "packages": {name: version(name) for name in _PACKAGES}}


def _by_peer(name: str, folder: Path) -> dict[str, Any]:
    """What a tool made of each probe, in words."""
    values, files = {one.number: one for one in probes()}, {-one.batch: one for one in file_probes()}
    given = [*write_alone(folder / "values", [*values.values()])]
    given += write_files_alone(folder / "files", [*files.values()])
    python = python_of(PEERS[name])
    found: dict[int, str] = {}
    packages: dict[str, str] = {}
    for start in range(0, len(given), _AT_ONCE):
        answer = _answer(name, given[start : start + _AT_ONCE], folder, python)
        packages |= answer.get("packages", {})
        for number, one in ((int(number), one) for number, one in answer["found"].items()):
            found[number] = judged_file(files[number], one) if number in files else judged(values[number], one)
    return {"found": found, "packages": packages}


def _answer(name: str, given: list[dict[str, Any]], folder: Path, python: Path) -> dict[str, Any]:
    """What a tool makes of some probes; where its process dies, of each of them alone."""
    request = {"probes": given, "folder": str(folder)}
    try:
        return asked(f"benchmarks.torture.peers.{name}_reader", request, python=python)
    except (ProcessFailed, TookTooLong) as error:
        if len(given) == 1:
            return {"found": {str(given[0]["number"]): {"error": type(error).__name__}}}
    half = len(given) // 2
    first, second = (_answer(name, some, folder, python) for some in (given[:half], given[half:]))
    return {**first, **second, "found": first["found"] | second["found"]}

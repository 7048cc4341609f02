"""Who may import whom: the walls that a linter's list of banned names cannot draw."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "etl_assets"
DAGSTER_ROOMS = {"cli", "components", "definitions", "defs", "factories", "resources"}
ENVIRONMENT_READERS = {"failpoints", "settings"}
WORKSHOPS = {
    "connectors", "infra", "jobs", "lake", "monitor", "notify", "pictures", "pipeline", "samples", "transforms",
    "reconcile", "warehouse",
}  # fmt: skip
HEIGHT = {
    "cli": 4,
    "definitions": 4,
    "defs": 4,
    "components": 3,
    "factories": 3,
    "resources": 2,
} | dict.fromkeys(WORKSHOPS, 1)


def room_of(module: str) -> str:
    """The room of a dotted name within the package: its second part."""
    return module.split(".")[1] if "." in module else ""


def imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def faults_of(module: str, source: str) -> list[str]:
    """What a module's imports and its reading of the environment break."""
    tree, room = ast.parse(source), room_of(module)
    targets = list(imports_of(tree))
    ours = [target for target in targets if target.startswith("etl_assets.")]
    faults = [f"{module} imports upwards: {target}" for target in ours if _height(target) > _height(module)]
    if room not in DAGSTER_ROOMS:
        faults += [f"{module} imports {target}" for target in targets if target.partition(".")[0] == "dagster"]
    if room == "defs":
        faults += [f"{module} imports another warehouse: {target}" for target in ours if _stranger(module, target)]
    if room not in ENVIRONMENT_READERS and _reads_environment(tree):
        faults.append(f"{module} reads the environment")
    return faults


def _height(module: str) -> int:
    return HEIGHT.get(room_of(module), 0)


def _stranger(module: str, target: str) -> bool:
    return room_of(target) == "defs" and target.split(".")[2:3] != module.split(".")[2:3]


def _reads_environment(tree: ast.Module) -> bool:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return bool(names & {"environ", "getenv"}) or any(t in {"os.environ", "os.getenv"} for t in imports_of(tree))


def test_every_module_keeps_to_its_room() -> None:
    faults = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        faults += faults_of(".".join(parts), file.read_text(encoding="utf-8"))
    assert faults == []


def test_every_room_is_known() -> None:
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert rooms <= HEIGHT.keys()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("etl_assets.lake.folder", "import dagster as dg"),
        ("etl_assets.warehouse.load", "from etl_assets.factories import tables"),
        ("etl_assets.errors", "from etl_assets.lake.manifest import Manifest"),
        ("etl_assets.defs.support.marts", "from etl_assets.defs.sparkify import marts"),
        ("etl_assets.resources.warehouse", "import os\nos.environ['HOME']"),
        ("etl_assets.cli.run", "from os import getenv"),
    ],
)
def test_a_wall_that_is_broken_is_named(module: str, source: str) -> None:
    assert [fault.split()[0] for fault in faults_of(module, source)] == [module]

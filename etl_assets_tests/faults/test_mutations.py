"""Each fault of the list is seen by the test that it names: a test that cannot fail would be none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_assets_tests.faults.mutation import Mutation
from etl_assets_tests.faults.mutations import MUTATIONS
from etl_assets_tests.faults.of_properties import OF_THE_ENGINE

PROJECT = Path(__file__).parents[2]
COPIED = ("etl_assets", "etl_assets_tests", "benchmarks", "sql", "pyproject.toml")
SOUND, FAILED = 0, 1
_UNSHRUNK = ("--hypothesis-profile", "unshrunk")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, to break."""
    folder = tmp_path_factory.mktemp("broken")
    for name in COPIED:
        source = PROJECT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy2(source, folder)
    return folder


@pytest.fixture(params=MUTATIONS, ids=[mutation.fault for mutation in MUTATIONS])
def mutation(request: pytest.FixtureRequest, copy: Path) -> Iterator[Mutation]:
    """A fault, made in the copy and mended at the end."""
    made: Mutation = request.param
    file = copy / made.file
    sound = file.read_text()
    assert sound.count(made.old) == 1, f"{made.file} has changed: write the fault anew"
    file.write_text(sound.replace(made.old, made.new))
    yield made
    file.write_text(sound)


def run(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy in a process of their own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    return subprocess.run(  # noqa: S603 - our own tests
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-k",
            "not postgres",
            *_UNSHRUNK,
            *tests,
        ],
        cwd=copy,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_named_test_sees_the_fault(mutation: Mutation, copy: Path) -> None:
    done = run(copy, f"etl_assets_tests/{mutation.test}")
    assert done.returncode == FAILED, done.stdout
    assert "1 failed" in done.stdout.splitlines()[-1], done.stdout


def test_without_a_fault_the_named_tests_pass(copy: Path) -> None:
    """All but the longest, which the suite itself runs."""
    rest = [mutation for mutation in MUTATIONS if mutation not in OF_THE_ENGINE]
    done = run(copy, *sorted({f"etl_assets_tests/{mutation.test}" for mutation in rest}))
    assert done.returncode == SOUND, done.stdout


def test_the_list_is_long_enough() -> None:
    assert len(MUTATIONS) >= 20

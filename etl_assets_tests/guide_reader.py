"""Somebody who follows a page to the letter: writes its files, types its commands into a shell, looks at the output."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from etl_assets_tests.guide_pages import ROOT, Step, steps

TYPED_INSTEAD: Final = {
    "make demo": "etl-assets demo",
    "cd /srv/etl_assets": "cd .",
    "2024-11-14 --to 2024-11-16": "2024-11-14 --to 2099-12-31",
}
"""What stands for a command, or a part of one: these would set the project up anew, need its folder's name, or days."""

ADDRESS: Final = "postgresql://etl@localhost:5432/warehouse"

NOT_TYPED: Final = {
    "make setup": "it has made the environment that the tests run in",
    "make test": "it runs these tests",
    "make check": "it takes minutes, and stands before each commit",
    "make format": "it changes the project's files",
    "make dev": "it serves pages until it is stopped; etl_assets_tests/daemon starts what it starts",
    "make screenshots": "it needs Chromium and minutes",
    "cp .env.example": "it is for docker",
    "docker": "it needs a container engine",
    "python -m benchmarks": "it measures for minutes or hours; etl_assets_tests/benchmarks runs small ones",
}
"""Commands that no test types, by how they begin, and why."""

ENDS_WITH: Final = {"ETL_FAILPOINT=load.before_commit:kill@2": 137}
"""The exit codes of commands that do not end well, as their page says."""

_SHELL: Final = "set -eo pipefail\nif [ -f .shell ]; then . ./.shell; fi\n{commands}\nexport -p > .shell\n"
_SECONDS: Final = re.compile(r"\(?\b\d+\.\d+ s\)?|(?<= )\d+\.\d\d(?= )")


class Reader:
    """A reader with a copy of the project and one shell, whose exported variables last from block to block.

    Args:
        folder: Where the copy is to be.
        programs: A folder of programs that are found before others.
        server: What the address of PostgreSQL on the pages is here; without one, blocks that name it are not typed.
        asks: Asks a database what a page has in SQL.
    """

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path,
        server: str = "",
        asks: Callable[[str], object] | None = None,
    ) -> None:
        self.folder: Final = folder
        self._stands_for = TYPED_INSTEAD | ({ADDRESS: server} if server else {})
        self._asks = asks
        self._programs = programs
        for name in ("etl_assets", "sql"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("pyproject.toml", "dagster.yaml"):
            shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)

    def follow(self, page: str) -> Iterator[tuple[str, str]]:
        """Do all that a page says; gives each output that it shows right behind commands, and what they said."""
        said = ""
        for step in steps(page):
            if step.kind == "file":
                self.write(step)
            elif step.kind == "sql" and self._asks:
                self._asks(step.text)
            elif step.kind == "shell":
                said = self.type(step)
            elif said and step.kind == "shown":
                yield step.text, said
                said = ""

    def write(self, step: Step) -> None:
        """Write a file of a page."""
        file = self.folder / step.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.text, encoding="utf-8")

    def type(self, step: Step) -> str:
        """Type commands; gives what they say."""
        lines = [self._typed(line) for line in step.commands if not line.startswith(tuple(NOT_TYPED))]
        if not lines or any(ADDRESS in line for line in lines):
            return ""
        done = subprocess.run(  # noqa: S603 - commands of our own pages
            ["/bin/bash", "-c", _SHELL.format(commands="\n".join(map(_ending, lines)))],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, "\n".join([*lines, done.stdout, done.stderr])
        return done.stdout

    def _typed(self, line: str) -> str:
        for words, others in self._stands_for.items():
            line = line.replace(words, others)
        return line

    def _environment(self) -> dict[str, str]:
        path = f"{self._programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"PATH": path, "PYTHONPATH": str(self.folder), "COLUMNS": "200"}


def _ending(line: str) -> str:
    code = next((code for words, code in ENDS_WITH.items() if line.startswith(words)), 0)
    command = line.partition(" #")[0].rstrip()
    return f'{{ {command}; }} || [ "$?" = {code} ]' if code else line


def missing(shown: str, said: str) -> list[str]:
    """The lines of a page's output that a command did not say; three dots stand for anything, seconds are any."""
    found = [*_words(said)]
    return [line for line in _words(shown) if not any(fnmatchcase(each, line.replace("…", "*")) for each in found)]


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if words := _SECONDS.sub("", f"{line} ").replace("─", "").split():
            yield " ".join(words)

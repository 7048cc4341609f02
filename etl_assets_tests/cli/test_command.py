"""The command as a whole: fast help, clear failures."""

import json
import runpy
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from etl_assets.cli import VERBS, border, command, main
from etl_assets.cli.border import Verb, shows_traces
from etl_assets.cli.catalogue import catalogue
from etl_assets.cli.quarantine import quarantine
from etl_assets.errors import LoadRefused

SHOW_MODULES = """
import sys
from etl_assets.cli import command
command(["--help"], standalone_mode=False)
print(*sys.modules)
"""


@click.command(cls=Verb)
@click.argument("how")
def failing(*, how: str, as_json: bool) -> None:
    """Fail."""
    del as_json
    if how == "refused":
        message = "The load was refused."
        raise LoadRefused(message, mend="Do this.")
    if how == "debug?":
        raise click.exceptions.Exit(3 if shows_traces() else 4)
    message = "first\nsecond"
    raise ValueError(message)


def fail(*arguments: str) -> Result:
    return CliRunner().invoke(failing, arguments)


def test_help_names_every_verb_and_imports_none() -> None:
    show = [sys.executable, "-c", SHOW_MODULES]
    done = subprocess.run(show, capture_output=True, text=True, check=True)  # noqa: S603 - a program of this file
    *help_text, modules = done.stdout.splitlines()
    assert all(any(line.startswith(f"  {verb} ") for line in help_text) for verb in VERBS)
    slow = {"dagster", "rich", "duckdb", "pyarrow", "sqlglot", *(f"etl_assets.cli.{verb}" for verb in VERBS)}
    assert set(modules.split()) & slow == set()


def verbs() -> list[str]:
    """Every verb, a group's own ones in its place."""
    groups = {"quarantine": quarantine, "catalogue": catalogue}
    own = (f"{name} {verb}" for name, group in groups.items() for verb in group.commands)
    return [*(verb for verb in VERBS if verb not in groups), *own]


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_json_debug_and_help(verb: str) -> None:
    result = CliRunner().invoke(command, [*verb.split(), "-h"])
    assert (result.exit_code, "--json" in result.stdout, "--debug" in result.stdout) == (0, True, True)


def test_an_unknown_verb_is_refused_by_name() -> None:
    result = CliRunner().invoke(command, ["rnu"])
    assert (result.exit_code, "No such command 'rnu'" in result.stderr) == (2, True)


def test_the_version_is_the_package_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["etl-assets", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert CliRunner().invoke(command, ["--version"]).stdout == f"etl-assets {version('etl-assets')}\n"


def test_a_failure_is_one_line_with_its_mend() -> None:
    result = fail("refused")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "error: The load was refused. Do this.\n")


def test_a_failure_is_a_document_for_machines() -> None:
    result = fail("refused", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {"error": "The load was refused.", "mend": "Do this."}


def test_debug_shows_where_a_failure_comes_from() -> None:
    assert isinstance(fail("refused", "--debug").exception, LoadRefused)
    assert isinstance(fail("unforeseen", "--debug").exception, ValueError)


@pytest.mark.parametrize(("arguments", "code"), [(("debug?",), 4), (("debug?", "--debug"), 3)])
def test_a_verb_can_ask_for_debug_and_chooses_its_exit_code(arguments: tuple[str, ...], code: int) -> None:
    assert fail(*arguments).exit_code == code


def test_what_nobody_foresaw_is_one_line_too() -> None:
    line = "error: Something unforeseen happened: ValueError: first. Run it again with --debug to see where.\n"
    assert (fail("unforeseen").exit_code, fail("unforeseen").stderr) == (1, line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nnobody\n", "etl_assets/defs/shop/raw.py, line 2: NameError: name 'nobody' is not defined. Correct it."),
        ("x = (\n", "etl_assets/defs/shop/raw.py, line 1: SyntaxError: '(' was never closed. Correct it."),
        ("1 / 0", "etl_assets/defs/shop/raw.py, line 1: ZeroDivisionError: division by zero. Correct it."),
        (
            "from etl_assets.schema import Column\nColumn('a', 'txt')",
            "Column 'a' has the unknown type 'txt'. Use one of",
        ),
    ],
)
def test_what_python_refuses_of_a_declaration_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    file = tmp_path / "etl_assets" / "defs" / "shop" / "raw.py"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    monkeypatch.setattr(border, "DEFS_ROOT", file.parents[1])

    @click.command(cls=Verb)
    @click.option("--wrapped", is_flag=True)
    def declared(*, wrapped: bool, as_json: bool) -> None:
        del as_json
        try:
            runpy.run_path(str(file))
        except Exception as error:
            if not wrapped:
                raise
            message = "Error while building definitions"
            raise RuntimeError(message) from error

    for arguments in ([], ["--wrapped"]):
        assert CliRunner().invoke(declared, arguments).stderr.startswith(f"error: {said}")

"""Tables for people: whole where there is room, one line a column where there is none."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from etl_assets.cli.show import console, counted, fits, program, table, upright
from etl_assets_tests.cli.conftest import Shell

WORDS = "a long line of words that has to stay together"


def test_what_is_no_terminal_gets_whole_lines(shell: Shell, postgres_url: str) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", postgres_url)
    columns = ", ".join(f"'{WORDS}' as column_{number}" for number in range(10))
    lines = shell.ok("query", f"select {columns}").splitlines()
    assert [line.count(WORDS) for line in lines if "words" in line] == [10]


def test_a_table_that_is_wider_than_the_terminal_does_not_fit() -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, width=60)
    assert fits(terminal, table(["words"], [[WORDS]]))
    assert not fits(terminal, table(["words", "more"], [[WORDS, WORDS]], left=2))
    assert fits(console(), table(["words"], [[WORDS * 100]]))


def test_upright_rows_have_a_line_a_column() -> None:
    shown = [*upright(["id", "words"], [["1", WORDS], ["2", ""]])]
    assert shown == ["-- row 1", "id     1", f"words  {WORDS}", "-- row 2", "id     2", "words  "]


def test_one_is_not_many() -> None:
    assert [counted(number, "load") for number in (0, 1, 2000)] == ["0 loads", "1 load", "2,000 loads"]


def test_the_command_is_called_as_it_can_be_found_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    own = tmp_path / "bin" / "etl-assets"
    own.write_text("")
    own.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(own)])
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == "bin/etl-assets"
    monkeypatch.chdir("/")
    assert program() == str(own.relative_to("/"))
    monkeypatch.setenv("PATH", str(own.parent))
    assert program() == "etl-assets"
    monkeypatch.setattr("sys.argv", ["pytest"])
    assert program() == "etl-assets"

"""The bar that fills while a run goes on."""

import pytest

from etl_assets.cli.outcome import Outcome
from etl_assets.cli.progress import Progress
from etl_assets_tests.cli.conftest import Shell


def test_on_a_terminal_it_names_what_is_under_way_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with Progress(show=True) as progress:
        progress.plan(2)
        progress.tell(Outcome(asset="shop/raw/items", state="running"))
        progress.tell(Outcome(asset="shop/raw/items", state="done"))
    shown = capsys.readouterr()
    assert ("shop/raw/items" in shown.err, "1/2" in shown.err, shown.out) == (True, True, "")


@pytest.mark.parametrize("show", [True, False])
def test_elsewhere_it_is_silent(show: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001 - a parameter of the test
    with Progress(show=show) as progress:
        progress.plan(2)
        progress.tell(Outcome(asset="shop/raw/items", state="running"))
    assert capsys.readouterr() == ("", "")


def test_a_run_on_a_terminal_shows_it(shell: Shell) -> None:
    shell.setenv("FORCE_COLOR", "1")
    shell.land("cases.csv", "c1|1|2014-01-01 00:00:00|a1|p1")
    result = shell.call("run", "support")
    assert result.exit_code == 0
    assert "23" in result.stderr

"""Failpoints: inert unless asked for, and then exactly at the asked time."""

import subprocess
import sys

import pytest

from etl_assets.errors import SettingsError
from etl_assets.failpoints import PLACES, FailpointReached, reach


def test_a_place_does_nothing_unless_it_is_asked_for() -> None:
    for place in PLACES:
        reach(place)


def test_a_place_fails_the_time_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETL_FAILPOINT", "load.after_merge:raise@2")
    reach("load.after_merge")
    reach("load.before_commit")
    with pytest.raises(FailpointReached, match=r"load\.after_merge"):
        reach("load.after_merge")
    reach("load.after_merge")


def test_kill_ends_the_process_at_once() -> None:
    program = "from etl_assets.failpoints import reach; reach('load.after_merge'); print('alive')"
    ended = subprocess.run(  # noqa: S603 - this interpreter with a constant program
        [sys.executable, "-c", program],
        env={"ETL_FAILPOINT": "load.after_merge:kill"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (-9, b"")


@pytest.mark.parametrize(
    "wanted",
    ["load.before_comit:kill", "load.before_commit", "load.before_commit:stop", "load.before_commit:kill@0", "x"],
)
def test_what_cannot_come_true_is_refused_with_what_can(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("ETL_FAILPOINT", wanted)
    with pytest.raises(SettingsError, match=f"ETL_FAILPOINT is {wanted}, which will never happen") as refused:
        reach("model.after_stage")
    assert all(place in refused.value.mend for place in PLACES)

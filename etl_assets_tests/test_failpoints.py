"""Failpoints: inert unless asked for, and then exactly at the asked time."""

import subprocess
import sys

import pytest

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

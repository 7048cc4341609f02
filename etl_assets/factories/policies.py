"""The words of ``defs.yaml``: what follows what by itself, and how old a table may be."""

from datetime import timedelta
from typing import Any, Final

import dagster as dg

Condition = dg.AutomationCondition[Any]
"""When an asset is made."""

LATE: Final = timedelta(minutes=20)
PROMISED: Final = timedelta(minutes=30)
"""Of a change of a database: after so long it is worth a warning, and after so long the promise is broken."""
_WARN: Final = timedelta(hours=26)
_FAIL: Final = timedelta(hours=50)


@dg.template_var
def loaded_when_landed() -> Condition:
    """A staging table: whenever files went into the lake, though others of its sources have never had any."""
    return dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing())


@dg.template_var
def loaded_when_extracted() -> Condition:
    """A staging table: whenever rows of it went into the lake. An extract without news is none."""
    news = dg.AutomationCondition.data_version_changed() & ~dg.AutomationCondition.executed_with_root_target()
    deps = dg.AutomationCondition.any_deps_match(news | dg.AutomationCondition.will_be_requested())
    return _whenever(deps) & ~dg.AutomationCondition.any_deps_missing()


@dg.template_var
def built_when_newer() -> Condition:
    """A model: whenever something that it is made of is newer, once all of that is there."""
    return _whenever(dg.AutomationCondition.any_deps_updated()) & ~dg.AutomationCondition.any_deps_missing()


@dg.template_var
def fresh_each_day() -> dg.FreshnessPolicy:
    """Made anew each night: two hours late is worth a look, two nights missed is a failure."""
    return dg.FreshnessPolicy.time_window(fail_window=_FAIL, warn_window=_WARN)


@dg.template_var
def fresh_each_half_hour() -> dg.FreshnessPolicy:
    """Extracted every five minutes: a change is promised within half an hour, and 20 minutes are worth a look."""
    return dg.FreshnessPolicy.time_window(fail_window=PROMISED, warn_window=LATE)


def _whenever(news: Condition) -> Condition:
    """As Dagster's ``eager``, which loses news of the very tick that learns that the ones before are dealt with.

    A run of the same warehouse cannot bring news while another one deals with the ones before, so none is lost here.
    """
    wanted = dg.AutomationCondition.newly_missing() | news
    handled = (dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated()) & ~wanted
    return (
        dg.AutomationCondition.in_latest_time_window()
        & wanted.since(handled | dg.AutomationCondition.initial_evaluation())
        & ~dg.AutomationCondition.any_deps_in_progress()
        & ~dg.AutomationCondition.in_progress()
    )

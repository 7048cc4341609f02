"""The words of ``defs.yaml``: what follows what by itself, and how old a table may be."""

from datetime import timedelta
from typing import Any, Final

import dagster as dg

Condition = dg.AutomationCondition[Any]
"""When an asset is made."""

_WARN: Final = timedelta(hours=26)
_FAIL: Final = timedelta(hours=50)


@dg.template_var
def loaded_when_landed() -> Condition:
    """A staging table: whenever files went into the lake, though others of its sources have never had any."""
    return dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing())


@dg.template_var
def built_when_newer() -> Condition:
    """A model: whenever something that it is made of is newer, once all of that is there."""
    return dg.AutomationCondition.eager()


@dg.template_var
def fresh_each_day() -> dg.FreshnessPolicy:
    """Made anew each night: two hours late is worth a look, two nights missed is a failure."""
    return dg.FreshnessPolicy.time_window(fail_window=_FAIL, warn_window=_WARN)

"""Named places where a test may end the process, to prove that nothing is lost there.

``ETL_FAILPOINT=load.before_commit:kill@2`` ends the process with SIGKILL the second time that the place is reached;
``raise`` instead of ``kill`` raises. Unset, a place costs one dictionary look-up.
"""

import os
import signal
from collections import Counter
from typing import Final

from etl_assets.errors import EtlError, SettingsError

PLACES: Final = (
    "extract.after_data",
    "extract.before_manifest",
    "extract.after_manifest",
    "reconcile.after_load",
    "reconcile.before_repair",
    "reconcile.after_repair",
    "load.after_stage",
    "load.after_merge",
    "load.before_commit",
    "load.after_commit",
    "model.after_stage",
    "model.after_apply",
    "model.after_repoint",
    "model.after_audit",
    "model.before_commit",
    "model.after_commit",
    "export.before_rename",
    "export.after_rename",
    "processed.before_manifest",
    "processed.after_manifest",
    "rebuild.before_swap",
    "rebuild.in_swap",
    "rebuild.before_commit",
    "rebuild.after_swap",
)
"""Every place, in the order in which a run passes them."""

_ACTIONS: Final = ("kill", "raise")
_passed: Counter[str] = Counter()


class FailpointReached(EtlError):
    """A place was reached at which ``ETL_FAILPOINT`` asks for a failure."""


def refuse_unknown(wanted: str) -> None:
    """Make sure that a value of ``ETL_FAILPOINT`` can come true.

    Raises:
        SettingsError: When its place or its action is unknown, or its count is no number from 1.
    """
    place, _, what = wanted.partition(":")
    action, _, count = what.partition("@")
    if place not in PLACES or action not in _ACTIONS or not (count or "1").isdecimal() or int(count or 1) < 1:
        message = f"ETL_FAILPOINT is {wanted}, which will never happen."
        mend = f"Write PLACE:kill or PLACE:raise, with @2 for the second time; the places are {', '.join(PLACES)}."
        raise SettingsError(message, mend=mend)


def reach(place: str) -> None:
    """Pass a place, or fail there when ``ETL_FAILPOINT`` says so.

    Raises:
        FailpointReached: When the action is ``raise``.
        SettingsError: When the value cannot come true.
    """
    wanted = os.environ.get("ETL_FAILPOINT")
    if not wanted:
        return
    refuse_unknown(wanted)
    if not wanted.startswith(f"{place}:"):
        return
    action, _, count = wanted.removeprefix(f"{place}:").partition("@")
    _passed[place] += 1
    if _passed[place] != int(count or 1):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    message = f"Failpoint {place} was reached."
    raise FailpointReached(message)

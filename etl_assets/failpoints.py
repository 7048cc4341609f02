"""Named places where a test may end the process, to prove that nothing is lost there.

``ETL_FAILPOINT=load.before_commit:kill@2`` ends the process with SIGKILL the second time that the place is reached;
``raise`` instead of ``kill`` raises. Unset, a place costs one dictionary look-up.
"""

import os
import signal
from collections import Counter
from typing import Final

from etl_assets.errors import EtlError

PLACES: Final = (
    "extract.after_data",
    "extract.before_manifest",
    "extract.after_manifest",
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
)
"""Every place, in the order in which a run passes them."""

_passed: Counter[str] = Counter()


class FailpointReached(EtlError):
    """A place was reached at which ``ETL_FAILPOINT`` asks for a failure."""


def reach(place: str) -> None:
    """Pass a place, or fail there when ``ETL_FAILPOINT`` says so.

    Raises:
        FailpointReached: When the action is ``raise``.
    """
    wanted = os.environ.get("ETL_FAILPOINT")
    if not wanted or not wanted.startswith(f"{place}:"):
        return
    action, _, count = wanted.removeprefix(f"{place}:").partition("@")
    _passed[place] += 1
    if _passed[place] != int(count or 1):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    message = f"Failpoint {place} was reached."
    raise FailpointReached(message)

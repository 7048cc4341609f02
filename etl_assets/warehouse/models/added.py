"""Tracked columns that became known at a time, and what versions from before it hold (docs/history.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Literal

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.schema import refuse_no_time
from etl_assets.warehouse.statement import moment


@dataclass(frozen=True)
class Added:
    """A tracked column that observations of before a time do not know.

    Args:
        column: One of ``tracked``.
        since: What was observed of an earlier time says nothing of the column, whatever stands there.
        before: What a version holds that ended before the column was known of its key: NULL or the key's first known
            value. The version during which it became known carries the known value from its own beginning.
    """

    column: str
    _: KW_ONLY
    since: datetime
    before: Literal["null", "first"] = "null"


def refuse_misdeclared(model: str, added: Sequence[Added], tracked: Sequence[str], *, looks_up: bool) -> None:
    """See that columns that were added are tracked, each once, since a time in UTC.

    Raises:
        DeclarationError: When one is not, or the dimension looks other tables up: a change there repeats what was told
            before, so that it would seem to be known.
    """
    if added and looks_up:
        message = f"{model} has columns in added beside lookups."
        raise DeclarationError(message, mend="Take one of them away: what is looked up cannot tell what was known.")
    names = [one.column for one in added]
    if loose := sorted(set(names) - set(tracked)):
        message = f"{model} says since when it knows {', '.join(loose)}, which it does not track."
        raise DeclarationError(message, mend="Add it to tracked, or take it out of added.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{model} says more than once since when it knows {', '.join(twice)}."
        raise DeclarationError(message, mend="Name each column once in added.")
    for one in added:
        refuse_no_time(f"{model} knows {one.column} since", one.since)
        if one.before not in {"null", "first"}:
            message = f"{model} holds {one.before!r} before it knew {one.column}."
            raise DeclarationError(message, mend="Say before='null' or before='first'.")


def expressions_of(added: Sequence[Added]) -> Mapping[str, exp.Expr]:
    """What ``the_since_each_added`` and ``the_first_each_added`` stand for."""
    since = {f"since_{one.column}": moment(one.since) for one in added}
    first = {f"first_{one.column}": exp.true() if one.before == "first" else exp.false() for one in added}
    return since | first

"""How far an extract has come, and from where the next one reads.

What is to be kept: *a row that is not in the snapshot and is committed later has a cursor at or after the watermark,
less the look-back*. The writer sets the cursor to a time of its transaction, which began after the oldest open one or
is one of them. So the watermark is the least of three times:

- the start of the oldest transaction that was open, asked **before** the snapshot is taken: one that is open in the
  snapshot was open then already, or began later. A standby says how far it has come instead: what is not in it yet
  was committed later;
- the source's clock then, so that a row dated in the future moves nothing;
- the highest cursor that the clock had reached, which stays behind with writers whose clock is behind.

The first two are taken down to the whole second: a ``timestamp(3)`` holds a time that may be before the one it was
rounded from.

A session may hide its start (another role's, a prepared transaction, everything on a standby). Then the transaction
numbers help. An extract takes one itself, after it has read the clock: whoever has a higher one got it later. None that
are open in the snapshot have a lower one than its lowest. So the time of any extract whose number is not above that is
before they got theirs: the extract's own, or that of the last one for which it holds. Where it holds for none the
watermark stays, and where there is none yet none is set: the next extract reads everything.

Beyond that the look-back is what there is: for clocks that differ between writers, for a hidden transaction that took
its time long before its first write, and for whatever is open on a standby, which gives no numbers. Rows that change
without their cursor, or with one set far into the past, and rows that are deleted are found by comparing, not here.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl_assets.connectors.database.source import Moment
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.lake.extracted import Extracted


def read_from(table: "SourceTable", known: "Sequence[Extracted]", moment: "Moment", state: int) -> datetime | None:
    """From where the cursor is read; None for everything.

    Everything is read at first, when the columns have changed (an added one has values in old rows), when the
    source's clock is behind the last extract (what was written since may have any time from then on), and when the
    last extract could not tell a watermark.

    Args:
        table: What is read.
        known: Its extracts, in order.
        moment: The source now.
        state: The catalogue's state that the rows have.
    """
    if not known or known[-1].state != state or moment.at < known[-1].taken_at or known[-1].watermark is None:
        return None
    return min(known[-1].watermark, moment.at) - table.look_back


def next_watermark(
    table: "SourceTable", known: "Sequence[Extracted]", moment: "Moment", highest: datetime | None
) -> datetime | None:
    """The watermark of an extract; None when the table gave no time, or what is open cannot be told.

    Args:
        table: What is read.
        known: Its extracts before, in order.
        moment: The source when the snapshot was taken.
        highest: The highest cursor that the clock had reached.
    """
    if highest is None:
        return None
    if not table.heeds_open:
        return min(highest, moment.at)
    steady = _steady(known, moment)
    before = steady[-1].watermark if steady else None
    clocks = [moment.at, *([moment.open_since] if moment.open_since else [])]
    if moment.hidden and moment.next_number is not None:
        since = _hidden_since(steady, moment)
        if since is None:
            return before
        clocks.append(since)
    found = min(highest, *(at.replace(microsecond=0) for at in clocks))
    return max(found, before) if before else found


def _steady(known: "Sequence[Extracted]", moment: "Moment") -> "Sequence[Extracted]":
    """The extracts since the source's clock was put back last: times of before tell nothing of those after it."""
    later = moment.at
    for place in range(len(known), 0, -1):
        if known[place - 1].taken_at > later:
            return known[place:]
        later = known[place - 1].taken_at
    return known


def _hidden_since(known: "Sequence[Extracted]", moment: "Moment") -> datetime | None:
    """A time before which no transaction that is open and hides its start got its number; None when none is known."""
    numbers = [*((each.taken_at, each.next_number) for each in known), (moment.at, moment.next_number)]
    return max((at for at, number in numbers if number is not None and number <= moment.oldest_open), default=None)

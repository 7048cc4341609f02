"""How far an extract has come, and from where the next one reads.

What is to be kept: *a row that is not in the snapshot and is committed later has a cursor at or after the watermark,
less the look-back*. The writer sets the cursor to a time of its transaction, which began after the oldest open one or
is one of them. So the watermark is the least of three times:

- the start of the oldest transaction that was open, asked **before** the snapshot is taken: one that is open in the
  snapshot was open then already, or began later;
- the source's clock then, so that a row dated in the future moves nothing;
- the highest cursor that the clock had reached, which stays behind with writers whose clock is behind.

The first two are taken down to the whole second: a ``timestamp(3)`` holds a time that may be before the one it was
rounded from.

A session may hide its start (another role's, a prepared transaction, everything on a standby). Then the transaction
numbers help: those that were open are not below the snapshot's lowest, so none of them had its number yet at any
earlier extract whose first free number was not above it. Where no extract is old enough the watermark stays.

Beyond that the look-back is what there is: for clocks that differ between writers, and for a hidden transaction that
took its time long before its first write. Rows that change without their cursor, or with one set far into the past, and
rows that are deleted are found by comparing, not here.
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

    Everything is read at first, when the columns have changed (an added one has values in old rows), and when the
    source's clock is behind the last extract: what was written since may have any time from then on.

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
    """The watermark of an extract; None when the table gave no time.

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
    clocks = (at.replace(microsecond=0) for at in (moment.at, moment.open_since, _hidden_since(known, moment)) if at)
    found = min(highest, *clocks)
    before = known[-1].watermark if known else None
    return max(found, before) if before and before <= moment.at else found


def _hidden_since(known: "Sequence[Extracted]", moment: "Moment") -> datetime | None:
    """The time after which every transaction that hides its start has got its number; None when none is open."""
    if not moment.hidden or moment.before is None or moment.before == moment.after:
        return None
    earlier = [each.taken_at for each in known if each.after is not None and each.after <= moment.before]
    return max(earlier, default=known[-1].watermark if known else None)

"""Where the records of delimited text begin and end, though some of it may be ill-quoted.

Quotes alone decide it: what stands between two of them is content. One quote too many or too few therefore exchanges
inside and outside for all that follows, until something is illegal there, and that may be far behind the damage. Two
things bring it back:

- A quote *proves* inside and outside where it could not stand if they were exchanged. The damage lies behind the
  last proof before the illegal place, so nothing before that proof is touched by it.
- If a line ended inside quotes since that proof, the record that it belongs to is taken for the damaged one, and
  reading goes on with the next line. What comes until a proof shows that this was right is in doubt. It is only taken
  for rows if it looks like nothing else: a line each, with the declared number of cells. Else it is put aside.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

import numpy as np

from etl_assets.connectors.files.marks import Marks, Places


class Trust(Enum):
    """How sure it is that a text begins with a record."""

    SURE = auto()
    DOUBT = auto()
    """The text before it was illegal, and nothing since has proved the new start."""
    UNPROVED = auto()
    """Nothing was illegal, but records were passed on before a quote proved them: no more text could be held."""
    SPENT = auto()
    """Both: as DOUBT, and records since then were passed on."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """What is known of the place where a text begins.

    Args:
        trust: How sure it is that a record begins there.
        swallowed: So many bytes were inside quotes that were open by mistake, as it seemed before.
    """

    trust: Trust = Trust.SURE
    swallowed: int = 0


def _none() -> Places:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The records at a text's beginning that are sure, and the illegal text behind them.

    Args:
        ends: Where each record ends, its line end included; the first begins at 0, each other where the last one ends.
        cells: The number of cells of each.
        lines: The number of line ends in each.
        illegal_end: Where the illegal text behind them ends; None when there is none.
        in_doubt: Whether the illegal text is not one record but lines that nothing proves to be records.
        lone_return: Whether a carriage return without a line feed makes it illegal, not a quote.
        hopeless: Whether records were passed on that now turn out to be in doubt.
        next: What is known of the place where all this ends.
    """

    ends: Places = field(default_factory=_none)
    cells: Places = field(default_factory=_none)
    lines: Places = field(default_factory=_none)
    illegal_end: int | None = None
    in_doubt: bool = False
    lone_return: bool = False
    hopeless: bool = False
    next: Start = Start()

    @property
    def end(self) -> int:
        """Where the settled records end."""
        return int(self.ends[-1]) if len(self.ends) else 0

    @property
    def is_empty(self) -> bool:
        """Whether more text is needed to say anything."""
        return not len(self.ends) and self.illegal_end is None


def settle(marks: Marks, start: Start, *, cells: int, final: bool, force: bool = False) -> Settled:
    """Find the records at a text's beginning.

    Args:
        marks: Of the text.
        start: What is known of its beginning.
        cells: The number of cells that a record has to have.
        final: Whether the file ends with the text.
        force: Whether the text cannot grow, so that something has to be said.
    """
    illegal = marks.first_illegal()
    if illegal is None and force and not marks.records_end():
        illegal = marks.size
    if start.swallowed and not _is_plain(marks, illegal, start.swallowed, cells):
        return _doubtful(marks, start, start.swallowed)
    if illegal is not None:
        return _before(marks, illegal, start)
    return _proved(marks, start, final=final, force=force)


def _is_plain(marks: Marks, illegal: int | None, swallowed: int, cells: int) -> bool:
    """Whether the swallowed bytes look like rows and like nothing else."""
    end = marks.line_end_after(swallowed)
    legal_end = marks.records_end() if illegal is None else marks.record_start(illegal)
    if end is None or legal_end < end:
        return False
    ends, counts, _ = marks.records(legal_end)
    is_line_each = marks.inner_line_end(-1, end) is None and end in ends
    return cells > 1 and is_line_each and bool((counts[ends <= end] == cells).all())


def _doubtful(marks: Marks, start: Start, place: int) -> Settled:
    """Put everything up to a place's line aside."""
    end = marks.line_end_after(place)
    hopeless = start.trust in {Trust.SPENT, Trust.UNPROVED}
    return Settled(illegal_end=end, in_doubt=True, hopeless=hopeless, next=Start(trust=Trust.DOUBT))


def _before(marks: Marks, illegal: int, start: Start) -> Settled:
    """The records before an illegal place, and the damaged one."""
    proof = marks.last_proof(illegal)
    if start.trust is not Trust.SURE and proof < start.swallowed:
        return replace(_doubtful(marks, start, illegal), lone_return=marks.is_return(illegal))
    inner = marks.inner_line_end(proof, illegal)
    first = marks.record_start(illegal if inner is None else inner)
    end = marks.line_end_after(illegal) if inner is None else inner + 1
    ends, cells, lines = marks.records(first)
    settled = Settled(ends=ends, cells=cells, lines=lines, next=Start() if first else start)
    if end is None:
        return settled
    following = Start(trust=Trust.DOUBT, swallowed=max(illegal - end, 0))
    return replace(settled, illegal_end=end, lone_return=marks.is_return(illegal), next=following)


def _proved(marks: Marks, start: Start, *, final: bool, force: bool) -> Settled:
    """The records of a text without an illegal place."""
    whole = marks.records_end()
    proof = marks.last_proof(whole) if start.trust is not Trust.SURE or marks.inner_line_end(-1, whole) else -1
    is_proved = start.trust is Trust.SURE or proof >= start.swallowed
    inner = None if final else marks.inner_line_end(proof, whole)
    if not final and not force and not is_proved and start.trust is Trust.DOUBT:
        return Settled(next=start)
    end = whole if inner is None or force else marks.record_start(inner)
    ends, cells, lines = marks.records(end)
    is_sure = is_proved and (inner is None or not force)
    unproved = Trust.UNPROVED if is_proved or start.trust is Trust.UNPROVED else Trust.SPENT
    following = Start() if is_sure else Start(trust=unproved)
    return Settled(ends=ends, cells=cells, lines=lines, next=following if len(ends) else start)

"""Cases and what happens to them: assigned, answered a few times, closed; measured against what was promised."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from etl_assets.samples.chance import Chance, Floats, Integers
from etl_assets.samples.support.sheets import PROMISES
from etl_assets.samples.text import joined

_EPOCH: Final = datetime.fromisoformat("1970-01-01")
_SECOND: Final = timedelta(seconds=1)
_EVENTS: Final = ("Assigned to analyst", "Response", "Close")
_MOST_RESPONSES: Final = 11
_ASSIGNED_IN_TIME, _ANSWERED_IN_TIME = 0.64, 0.52
_LATEST: Final = 2.9
_RESOLVED_BY: Final = 1.4
_CASES_AT_A_TIME: Final = 10_000
_HOUR: Final = 3_600_000_000
_REVISED_PRIORITY, _REVISED_ANALYST = 0.25, 0.12


def opened(
    chance: Chance, *, numbers: Integers, begin: datetime, end: datetime, aids: pa.Array, pids: pa.Array
) -> pa.Table:
    """New cases in the order of their creation: cid, priority, created, aid, pid.

    Args:
        chance: Random numbers.
        numbers: The number of each case, one of a kind in a year.
        begin: No case is created before.
        end: No case is created at this time or later; of the same year as ``begin``, or the first moment of the next.
        aids: The analysts who may get a case.
        pids: The products that may give cause for one.
    """
    count = len(numbers)
    seconds = np.sort(chance.below((end - begin) // _SECOND, count)) + (begin - _EPOCH) // _SECOND
    suffixes = pa.array(chance.below(10_000, count))
    return pa.table(
        {
            "cid": joined(pa.array(numbers), "-", suffixes, f"_{begin.year}"),
            "priority": pa.array(chance.below(len(PROMISES), count) + 1),
            "created": pa.array(seconds).cast(pa.timestamp("s")),
            "aid": aids.take(pa.array(chance.below(len(aids), count))),
            "pid": pids.take(pa.array(chance.below(len(pids), count))),
        }
    )


def revised(chance: Chance, cases: pa.Table, *, aids: pa.Array) -> pa.Table:
    """The same cases, the priority of some and the analyst of a few set anew."""
    count = cases.num_rows
    priorities, others = chance.below(len(PROMISES), count) + 1, aids.take(pa.array(chance.below(len(aids), count)))
    priorities = np.where(chance.shares(count) < _REVISED_PRIORITY, priorities, cases["priority"].to_numpy())
    other = np.where(chance.shares(count) < _REVISED_ANALYST, np.arange(count), np.arange(count) + count)
    told = pa.chunked_array([others, *cases["aid"].chunks]).take(pa.array(other))
    return cases.set_column(1, "priority", pa.array(priorities)).set_column(3, "aid", told)


def events(chance: Chance, cases: pa.Table) -> pa.Table:
    """All that ever happens to the cases, in no order: dt, cid, event."""
    count = cases.num_rows
    created = cases["created"].to_numpy().astype("datetime64[us]").astype(np.int64)
    assign, response, resolve = _promised(cases["priority"].to_numpy())
    assigned = created + _microseconds(assign * _delays(chance, _ASSIGNED_IN_TIME, count))
    gaps = _microseconds(response[:, None] * _delays(chance, _ANSWERED_IN_TIME, count, _MOST_RESPONSES))
    answered = assigned[:, None] + np.cumsum(gaps, axis=1)
    last = chance.below(_MOST_RESPONSES, count)
    wanted = created + _microseconds(resolve * (chance.shares(count) + chance.shares(count)) * _RESOLVED_BY)
    closed = np.maximum(wanted, answered[np.arange(count), last] + _microseconds(response * chance.shares(count)))
    told = np.arange(_MOST_RESPONSES) <= last[:, None]
    return _rows(
        cases["cid"], (np.arange(count), np.nonzero(told)[0], np.arange(count)), (assigned, answered[told], closed)
    )


def events_by_time(chance: Chance, cases: pa.Table) -> Iterator[pa.Table]:
    """All that ever happens to cases that are in the order of their creation, in order, part by part."""
    pending = events(chance, cases.slice(0, _CASES_AT_A_TIME))
    for start in range(_CASES_AT_A_TIME, cases.num_rows, _CASES_AT_A_TIME):
        told, pending = split_at(pending, cases["created"][start].as_py())
        yield told
        pending = pa.concat_tables([pending, events(chance, cases.slice(start, _CASES_AT_A_TIME))])
    yield by_time(pending)


def by_time(rows: pa.Table) -> pa.Table:
    """Events in order."""
    return rows.sort_by([("dt", "ascending"), ("cid", "ascending")])


def split_at(rows: pa.Table, time: datetime) -> tuple[pa.Table, pa.Table]:
    """The events before a time, in order, and those from it on."""
    before = rows["dt"].to_numpy() < np.datetime64(time, "us")
    return by_time(rows.filter(pa.array(before))), rows.filter(pa.array(~before))


def _promised(priorities: Integers) -> tuple[Integers, Integers, Integers]:
    """The hours promised for each case: to assign, to answer, to resolve."""
    hours = np.array([[row.assign, row.response, row.resolve] for row in PROMISES])[priorities - 1]
    return hours[:, 0], hours[:, 1], hours[:, 2]


def _delays(chance: Chance, in_time: float, *shape: int) -> Floats:
    """In parts of the time promised: a share of them in time, the others the rarer the later."""
    beyond = chance.shares(*shape)
    late = 1 + (_LATEST - 1) * beyond * beyond
    return np.where(chance.shares(*shape) < in_time, chance.shares(*shape), late)


def _microseconds(hours: Floats) -> Integers:
    """At least one."""
    return (hours * _HOUR).astype(np.int64) + 1


def _rows(cids: pa.ChunkedArray, cases: Sequence[Integers], times: Sequence[Integers]) -> pa.Table:
    """Events, given for each kind the case's place and the time."""
    kinds = np.repeat(np.arange(len(_EVENTS)), [len(each) for each in times])
    return pa.table(
        {
            "dt": pa.array(np.concatenate(times)).cast(pa.timestamp("us")),
            "cid": cids.take(pa.array(np.concatenate(cases))),
            "event": pa.array(_EVENTS).take(pa.array(kinds)),
        }
    )

"""The clock that a cursor is written by. One without a zone may hold a local time; all that is reckoned with is UTC.

A local clock shows some hours twice a year and leaves some out. So what is asked is asked for the earliest time that a
row may have, and a time that a clock shows twice is taken for the first: a row may be read again, and none is left out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from etl_assets.arrow import moments

_DAY: Final = timedelta(days=1)
_BOUNDS: Final = (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999))  # noqa: DTZ001 - UTC, as all times here
_UTC: Final = "UTC"
_KEEPS_NULL: Final = pc.ElementWiseAggregateOptions(skip_nulls=False)


@dataclass(frozen=True)
class Clock:
    """A clock on the wall of a zone.

    Args:
        zone: Its name, as ``Europe/London``.
    """

    zone: str

    def shown(self, at: datetime) -> datetime:
        """What it shows at a time."""
        return at + self._offset(at)

    def meant(self, shown: datetime | None) -> datetime | None:
        """The first time at which it shows something."""
        return self.all_meant(moments([shown]))[0].as_py() if shown else None

    def all_meant(self, shown: pa.Array) -> pa.Array:
        """The same for each of many."""
        if self.zone == _UTC:
            return shown
        first_time = pc.AssumeTimezoneOptions(self.zone, ambiguous="earliest", nonexistent="earliest")
        zoned = pc.call_function("assume_timezone", [shown], first_time)
        first, last = (moments([bound])[0] for bound in _BOUNDS)
        meant = pc.call_function("max_element_wise", [zoned.cast(shown.type), first], _KEEPS_NULL)
        return pc.call_function("min_element_wise", [meant, last], _KEEPS_NULL)

    def earliest(self, since: datetime, until: datetime) -> datetime:
        """The earliest that it shows between two times, and for as long as it goes on like that."""
        return since + min(self._offsets(since, until))

    def earliest_meant(self, since: datetime, until: datetime) -> datetime:
        """A time before which nothing is meant that is ``earliest`` or later."""
        return self.earliest(since, until) - max(self._offsets(since - _DAY, until))

    def _offsets(self, since: datetime, until: datetime) -> set[timedelta]:
        """How far it is ahead of UTC, whenever between two times and a day later; it stays so for days each time."""
        days = range(max((until - since).days, 0) + 3)
        return {self._offset(since + day * _DAY) for day in days}

    def _offset(self, at: datetime) -> timedelta:
        return at.replace(tzinfo=UTC).astimezone(self._info).utcoffset() or timedelta(0)

    @cached_property
    def _info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

"""Whether a database can be extracted: asked before the first run, rather than found out in it. Takes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from etl_assets.connectors.database.cells import ZONED, without_length
from etl_assets.connectors.database.drift import refuse_taken_names, refuse_unfit_cursor
from etl_assets.connectors.database.zones import Clock
from etl_assets.errors import EtlError, SourceError
from etl_assets.words import counted, few

if TYPE_CHECKING:
    from etl_assets.connectors.database.source import Snapshot, Source
    from etl_assets.connectors.database.tables import SourceTable

_LAST: Final = datetime(9999, 12, 31)  # noqa: DTZ001 - what a cursor shows
_HOUR: Final = timedelta(hours=1)
_SOON: Final = timedelta(minutes=5)
_ZONED: Final = (
    "what is written by the clock of {} without a zone is taken to be UTC in {}:"
    " unless it is, declare SourceTable(zone=…)"
)
_AHEAD: Final = "{} is {:.1f} hours ahead of the source's clock: declare its SourceTable(zone=…)"


def looked_at(source: "Source", tables: "Sequence[SourceTable]") -> str:
    """What can be said of a database from which every table can be extracted.

    Raises:
        SourceMissing: When it is a file that is not there.
        SourceError: When it cannot be reached, or a table cannot be extracted.
    """
    source.refuse_missing()
    look = _Look()
    with source.snapshot() as snapshot:
        problems = [*look.problems(snapshot, tables)]
    if problems:
        message = f"{source.shown}: {few(problems, most=3)}."
        raise SourceError(message, mend="Correct the source, its role's rights, or the declaration.")
    said = f"{source.shown}: {counted(len(tables), 'table')}, each with its cursor"
    return " ".join([said, *(f"({note})" for note in (*source.remarks(), *look.of_clocks(source.zones())))])


class _Look:
    """What is seen of tables."""

    def __init__(self) -> None:
        self._in_utc: list[str] = []
        self._ahead: list[str] = []

    def problems(self, snapshot: "Snapshot", tables: "Sequence[SourceTable]") -> Iterator[str]:
        """Why tables cannot be extracted."""
        for table in tables:
            try:
                self._see(snapshot, table)
            except EtlError as error:
                yield error.message.rstrip(".")

    def of_clocks(self, zones: Sequence[str]) -> Iterator[str]:
        """What makes one doubt that a cursor shows the time that it is declared to show."""
        others = [zone for zone in zones if not _is_utc(zone)]
        if others and self._in_utc:
            yield _ZONED.format(few(others), few(self._in_utc, most=3))
        yield from self._ahead

    def _see(self, snapshot: "Snapshot", table: "SourceTable") -> None:
        with snapshot.reader() as reader:
            shape = reader.shape(table)
            refuse_unfit_cursor(table, shape)
            refuse_taken_names(table, shape)
            highest = reader.highest(table, _LAST)
        named, ahead = f"{table.name}.{table.cursor}", timedelta(0)
        if highest:
            ahead = highest - Clock(table.zone).shown(snapshot.moment.at)
        if ahead > _SOON:
            self._ahead.append(_AHEAD.format(named, ahead / _HOUR))
        cursor = shape.column(table.cursor)
        if cursor and table.zone == "UTC" and without_length(cursor.type) != ZONED:
            self._in_utc.append(named)


def _is_utc(zone: str) -> bool:
    """Whether a zone is UTC by another name."""
    return zone.removeprefix("Etc/").upper() in {"UTC", "UCT", "GMT", "ZULU", "UNIVERSAL", "GREENWICH", "GMT0"}

"""Whether a database can be extracted: asked before the first run, rather than found out in it. Takes nothing."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from etl_assets.connectors.database.drift import refuse_unfit_cursor
from etl_assets.errors import EtlError, SourceError
from etl_assets.words import counted, few

if TYPE_CHECKING:
    from etl_assets.connectors.database.source import Snapshot, Source
    from etl_assets.connectors.database.tables import SourceTable


def looked_at(source: "Source", tables: "Sequence[SourceTable]") -> str:
    """What can be said of a database from which every table can be extracted.

    Raises:
        SourceMissing: When it is a file that is not there.
        SourceError: When it cannot be reached, or a table cannot be extracted.
    """
    source.refuse_missing()
    with source.snapshot() as snapshot:
        problems = [*_problems(snapshot, tables)]
    if problems:
        message = f"{source.shown}: {few(problems, most=3)}."
        raise SourceError(message, mend="Correct the source, its role's rights, or the declaration.")
    said = f"{source.shown}: {counted(len(tables), 'table')}, each with its cursor"
    return " ".join([said, *(f"({note})" for note in source.remarks())])


def _problems(snapshot: "Snapshot", tables: "Sequence[SourceTable]") -> Iterator[str]:
    for table in tables:
        try:
            with snapshot.reader() as reader:
                refuse_unfit_cursor(table, reader.shape(table))
                reader.highest(table, snapshot.moment.at)
        except EtlError as error:
            yield error.message.rstrip(".")

"""How far the extracts of a database have come, as the lake tells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.markup import escape
from rich.table import Table

from etl_assets.cli.show import program, table
from etl_assets.connectors.database.extract import landed_before
from etl_assets.datasets import Dataset
from etl_assets.lake.catalogue import Catalogue
from etl_assets.lake.lake import Lake


@dataclass(frozen=True, kw_only=True)
class TableExtract:
    """What was extracted of a table. Times are the source's own, UTC.

    Args:
        dataset: The staging table's key.
        batches: How many there are in the lake.
        rows: Their rows.
        taken_at: When the last of them was taken.
        watermark: What was committed later has a cursor after this, but for the look-back.
        state: The number of the catalogue's state that the next one goes by.
        refused: Why the columns that were seen last are refused; empty when they are not.
    """

    dataset: str
    batches: int
    rows: int
    taken_at: datetime | None
    watermark: datetime | None
    state: int | None
    refused: str


def extracts_of(datasets: Iterable[Dataset], lake: Lake) -> tuple[TableExtract, ...]:
    """The extracts of those tables that have any, or whose columns were refused."""
    every = (_extract_of(dataset.name, lake) for dataset in datasets if dataset.extracted)
    return tuple(one for one in every if one.batches or one.refused)


def extracts_table(extracts: Iterable[TableExtract]) -> Table:
    """For people."""
    columns = ("extracted", "batches", "rows", "taken at (UTC)", "watermark", "state")
    rows = [(one.dataset, one.batches, one.rows, one.taken_at, one.watermark, one.state) for one in extracts]
    return table(columns, rows)


def refusals(extracts: Iterable[TableExtract]) -> Iterator[str]:
    """The tables whose columns were refused, by name."""
    for one in extracts:
        if one.refused:
            yield f"[red]refused:[/] {one.dataset}: {escape(one.refused)}; `{program()} catalogue show {one.dataset}`"


def _extract_of(dataset: str, lake: Lake) -> TableExtract:
    landed, states = landed_before(lake, dataset), Catalogue(lake.storage).states(dataset)
    last = landed[-1].extract if landed else None
    accepted = [state.number for state in states if state.verdict == "accepted"]
    is_refused = bool(states) and states[-1].verdict == "refused"
    return TableExtract(
        dataset=dataset,
        batches=len(landed),
        rows=sum(manifest.rows for manifest in landed),
        taken_at=last.taken_at if last else None,
        watermark=last.watermark if last else None,
        state=accepted[-1] if accepted else None,
        refused=states[-1].reason if is_refused else "",
    )

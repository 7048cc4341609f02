"""Folders of files that nobody has declared: what a source begins to send and nobody takes."""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from etl_assets.connectors.files.extract import unknown_files
from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset


def undeclared_folders(
    datasets: Sequence[Dataset], declared: Collection[str], landing: Landing | Path
) -> dict[str, int]:
    """The folders with files that no dataset claims, each with how many there are.

    Args:
        datasets: What is loaded, all of one warehouse.
        declared: The folders of declared tables; a file in one that is unknown is not the folder's fault.
        landing: The landing folder.
    """
    places: Counter[str] = Counter()
    for path in unknown_files(datasets, landing):
        place = path.partition("/")[2].rpartition("/")[0]
        if place not in declared:
            places[place or "."] += 1
    return dict(sorted(places.items()))

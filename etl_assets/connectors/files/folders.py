"""Folders of files that nobody has declared: what a source begins to send and nobody takes."""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from etl_assets.connectors.files.landing import LandedFile, landed
from etl_assets.connectors.files.patterns import Claims
from etl_assets.datasets import Dataset


def undeclared_folders(datasets: Iterable[Dataset], declared: Collection[str], folder: Path) -> dict[str, int]:
    """The folders with files that no dataset claims, each with how many there are.

    Args:
        datasets: What is loaded.
        declared: The folders of declared tables; a file in one that is unknown is not the folder's fault.
        folder: The landing folder of their warehouse.
    """
    claims = Claims(datasets)
    places: Counter[str] = Counter()
    for file in landed(folder):
        place = file.path.rpartition("/")[0]
        if isinstance(file, LandedFile) and place not in declared and not claims.of(file.path):
            places[place or "."] += 1
    return dict(sorted(places.items()))

"""What stands in a sample's files."""

from collections.abc import Iterator

from etl_assets_tests.oracles.deliveries import Delivery


def days_of(files: dict[str, Delivery]) -> dict[str, Delivery]:
    """The files of the daily exports."""
    return {path: file for path, file in files.items() if "/" in path}


def rows_of(files: dict[str, Delivery], table: str) -> Iterator[list[str]]:
    """The rows of a table in the whole history and in each day's export."""
    whole = [file for path, file in sorted(files.items()) if path.rpartition("/")[2] == f"{table}.csv"]
    return (row for file in whole for row in file.rows)

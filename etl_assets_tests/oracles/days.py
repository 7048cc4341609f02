"""Times and files of the cases worked by hand: day n, and the file that came on day n."""

from datetime import datetime, timedelta

from etl_assets_tests.oracles.observed import File

ZERO = datetime.fromisoformat("2020-01-01")


def day(number: int) -> datetime:
    """Midnight, so many days after ZERO."""
    return ZERO + timedelta(days=number)


def file(number: int) -> File:
    """The file whose name and modification say that day."""
    return File(day(number), day(number), f"{number}.csv", f"{number:064x}")

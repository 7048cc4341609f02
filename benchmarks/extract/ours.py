"""One extract of the sales orders and one more, in a process of its own."""

import resource
import sys
from time import perf_counter

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.lake.lake import open_lake


def main(url: str, lake: str) -> None:
    """Print both times and the most memory."""
    table = SourceTable(dataset="totesys/staging/sales_order", name="sales_order")
    for _ in range(2):
        started = perf_counter()
        (report,) = extract_tables(PostgresSource(url), [table], open_lake(lake)).tables
        if report.failure:
            raise report.failure
        print(perf_counter() - started)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])

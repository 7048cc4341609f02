"""DuckDB as a library: in memory, and closed to everything but the files that it is given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def duckdb_on(files: Sequence[str], *, threads: int, memory_limit: str) -> "duckdb.DuckDBPyConnection":
    """A database in memory whose queries reach these files and nothing else.

    Args:
        files: Their paths.
        threads: How many it may use.
        memory_limit: As DuckDB writes it; it does not spill to the disk.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory_limit,
        "temp_directory": "",
        "enable_external_file_cache": False,
    }
    connection = duckdb.connect(config=config)
    connection.execute("set allowed_paths = $files", {"files": list(files)})
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection

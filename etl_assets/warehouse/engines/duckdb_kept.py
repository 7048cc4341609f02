"""A DuckDB that a process keeps, to which a warehouse's file is attached for as long as a session writes it.

To open a file anew takes 20 ms of a processor, to attach it 2. Between sessions the file is closed and free for others.
"""

import atexit
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import duckdb  # noqa: TID253 - this module is itself imported only when DuckDB is used

Config = Mapping[str, str | bool]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A DuckDB in memory, for one file: another one, another place to spill to."""

    path: Path
    config: Config
    connection: duckdb.DuckDBPyConnection


_kept: list[_Kept] = []
_inherited: list[_Kept] = []
_lock = Lock()


@contextmanager
def attached(path: Path, config: Config) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection that uses the file, made if it is not there; others wait beside a lock of their own.

    Raises:
        duckdb.Error: When it cannot be attached.
    """
    connection = _kept_for(path, config).connection.cursor()
    try:
        name = _attach(connection, path)
    except duckdb.Error:
        connection.close()
        forget()
        raise
    try:
        yield connection
    finally:
        try:
            connection.execute("use memory.main")
            connection.execute(f"detach {name}")
        except duckdb.Error:
            forget()
        connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Attach a file under the name that DuckDB gives it when it is opened alone; gives the name, quoted."""
    literal = str(path).replace("'", "''")
    connection.execute(f"attach '{literal}'")
    found = connection.execute(
        """select '"' || replace(database_name, '"', '""') || '"' from duckdb_databases()"""
        " where not internal and database_name <> 'memory'"
    ).fetchall()
    [(name,)] = found
    connection.execute(f"use {name}")
    return name


def _kept_for(path: Path, config: Config) -> _Kept:
    with _lock:
        known = _kept[0] if _kept else None
        if known and (known.path, known.config) == (path, config):
            return known
        _kept.clear()
        connection = duckdb.connect(config={**config, "temp_directory": f"{path}.tmp"})
        _kept.append(_Kept(path=path, config=config, connection=connection))
        return _kept[0]


def _leave_to_parent() -> None:
    """A fork has none of the threads that an inherited DuckDB would wait for, were it ended."""
    _inherited.extend(_kept)
    _kept.clear()


os.register_at_fork(after_in_child=_leave_to_parent)


@atexit.register
def forget() -> None:
    """Keep none; it ends with the last session that uses it. To close it would close their connections too."""
    with _lock:
        _kept.clear()

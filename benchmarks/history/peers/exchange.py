"""What goes between the kit and a runner: two JSON files. Needs the standard library alone.

The request: ``engine`` (``duckdb`` or ``postgres``), ``database`` (a file or a URL), ``folder`` (for the tool's own
files) and ``scenarios``, as ``sources.request`` gives them. The answer: ``packages`` with their versions, and ``ways``:
by way of using the tool and by scenario, the rows that it gives, each with the scenario's columns, ``valid_from`` and
``valid_to``, and the errors that it raised.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Answer = dict[str, dict[str, dict[str, Any]]]
"""By way and scenario: ``rows`` and ``errors``."""


def serve(answer_to: Callable[[dict[str, Any]], Answer], *, packages: Iterable[str]) -> None:
    """Read the request, answer it."""
    request, answer = map(Path, sys.argv[1:])
    ways = answer_to(json.loads(request.read_text(encoding="utf-8")))
    given = {"packages": {name: version(name) for name in packages}, "ways": ways}
    answer.write_text(json.dumps(given), encoding="utf-8")


def versions(scenario: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> list[Row]:
    """A query's rows of key, columns, start and end as the answer has them: UTC without a zone, None for no end."""
    names = [*scenario["key"], *scenario["columns"], "valid_from", "valid_to"]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]


def selected(scenario: Mapping[str, Any], valid_from: str, valid_to: str, table: str) -> str:
    """The query that ``versions`` reads."""
    names = ", ".join([*scenario["key"], *scenario["columns"], valid_from, valid_to])
    return f"select {names} from {table}"  # noqa: S608 - the kit's own names


def source_statements(scenario: Mapping[str, Any], table: str, rows: Sequence[Row]) -> list[str]:
    """Statements that make a tool's source table anew: text columns, and the times ``changed_at`` and ``told_for``."""
    names, times = [*scenario["key"], *scenario["columns"]], ["changed_at", "told_for"]
    columns = ", ".join([*(f"{name} text" for name in names), *(f"{name} timestamp" for name in times)])
    statements = [f"drop table if exists {table}", f"create table {table} ({columns})"]
    values = [", ".join(_literal(row.get(name)) for name in (*names, *times)) for row in rows]
    return statements + [f"insert into {table} values ({each})" for each in values]  # noqa: S608 - the kit's own texts


def outline(error: BaseException | str) -> str:
    """An error in one line."""
    return " ".join(str(error).replace("`", "'").split())[:300]


def _literal(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def _plain(cell: object) -> object:
    if not isinstance(cell, datetime):
        return cell
    return str(cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell)

"""A header's titles against the declared columns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.schema import Column


@dataclass(frozen=True)
class FileColumns:
    """The columns of a file.

    Args:
        names: By which the file's columns are kept, in the file's order.
        extra: Those of them that are not declared.
    """

    names: tuple[str, ...]
    extra: tuple[str, ...] = ()


def matched(titles: Sequence[str], columns: Sequence[Column], *, where: str = "header") -> FileColumns:
    """Name a file's columns by the titles in its header; their order is free.

    Args:
        titles: As the file has them.
        columns: The declared ones; those with a ``since`` may be missing.
        where: What the titles stand in, for those who are told.

    Raises:
        Unreadable: When a declared column is missing, or a title is there twice.
    """
    twice = sorted(title for title, count in Counter(titles).items() if count > 1 and title)
    if twice:
        message = f"its {where} has the title {twice[0]!r} twice"
        raise Unreadable(message)
    declared = {column.title: column.name for column in columns}
    missing = [column.title for column in columns if column.title not in titles and column.since is None]
    if missing:
        are_missing = "columns {} are missing" if len(missing) > 1 else "column {} is missing"
        names = ", ".join(map(repr, missing))
        message = f"the {are_missing.format(names)} in its {where} ({', '.join(map(repr, titles))})"
        raise Unreadable(message)
    taken = {name.lower() for name in declared.values()}
    names = [declared.get(title) or _free_name(title or f"column_{n}", taken) for n, title in enumerate(titles, 1)]
    return FileColumns(tuple(names), tuple(name for name in names if name not in declared.values()))


def is_header(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a row of cells only says how the columns are called."""
    said = [cell.strip().lower() for cell in cells]
    return said in ([column.title.lower() for column in columns], [column.name.lower() for column in columns])


def _free_name(title: str, taken: set[str]) -> str:
    """The title, or the title with a number when a column is called so already; engines do not tell case apart."""
    name, number = title, 1
    while name.lower() in taken or name.startswith("_"):
        number += 1
        name = f"{title.lstrip('_') or 'column'}_{number}"
    taken.add(name.lower())
    return name

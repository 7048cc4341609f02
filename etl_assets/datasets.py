"""What lands, declared: which files belong to a table, how they are written, and what a row of them means."""

from dataclasses import dataclass, replace
from typing import Literal

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.schema import Column

Meaning = Literal["rows", "changes", "snapshot"]
"""``rows``: each row stands for itself. ``changes``: each says what holds from its own time on. ``snapshot``: the file
says that at its time exactly these rows were there."""


@dataclass(frozen=True, kw_only=True)
class Csv:
    """Delimited text: UTF-8, RFC 4180 quoting, lines ended by LF or CRLF."""

    header: bool = False
    delimiter: str = ","


@dataclass(frozen=True, kw_only=True)
class Excel:
    """One sheet of a workbook, its first row the header.

    Args:
        sheet: The sheet's name; the first sheet when None.
    """

    sheet: str | None = None


@dataclass(frozen=True, kw_only=True)
class FilePattern:
    """Files that belong to a dataset.

    Args:
        pattern: The file's name, in whatever sub-folder it lies; with a slash, the whole path below the landing folder.
            ``{YYYY}``, ``{YYYY-MM-DD}``, ``{YYYYMMDD}``, ``{YYYYMMDD-HHMMSSmmm}`` match a time, which then is the
            file's order; ``*`` matches anything but a slash. ``.gz`` behind it is understood.
        format: How the file is written.
        meaning: What a row says.
    """

    pattern: str
    format: Csv | Excel = Csv()
    meaning: Meaning = "rows"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table that is loaded from files.

    Args:
        name: The staging table's key, as ``support/staging/analysts``.
        columns: In the order of the file.
        key: The natural key's columns. Of ``rows`` with the same key the one that was delivered last stands.
        files: Every pattern that belongs here.
        effective_at: The column that holds a change's time; needed where a pattern means ``changes``.
        op: The column that holds a change's operation (``I``, ``U``, ``D``); every change is an update when None.
        missing: What a key's absence from a snapshot says: nothing (``keep``) or that it is gone (``close``).
        original: Columns that keep the value of the key's first delivery (for ``rows``).
        max_bad_share: The share of a file's rows that may go to the quarantine; above it the load fails.
        max_closed_share: The share of the current keys that one snapshot may close; above it the load fails.
        description: One sentence for the catalogue.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    files: tuple[FilePattern, ...]
    effective_at: str | None = None
    op: str | None = None
    missing: Literal["keep", "close"] = "keep"
    original: tuple[str, ...] = ()
    max_bad_share: float = 0.05
    max_closed_share: float = 0.2
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse names that no column has; a key, a time and an operation are never NULL."""
        named = {column.name for column in self.columns}
        wanted = {*self.key, *self.original, *filter(None, (self.effective_at, self.op))}
        if missing := sorted(wanted - named):
            message = f"{self.name} names the columns {missing}, which it does not declare."
            raise DeclarationError(message, mend="Add them to its columns.")
        if self.means("changes") and not self.effective_at:
            message = f"{self.name} has change files but no effective_at."
            raise DeclarationError(message, mend="Name the column that holds a change's time.")

        object.__setattr__(self, "columns", tuple(self._required(column) for column in self.columns))

    def _required(self, column: Column) -> Column:
        needed = column.name in {*self.key, self.effective_at, self.op}
        return replace(column, nullable=False) if needed else column

    def means(self, meaning: Meaning) -> bool:
        """Whether any of its files has this meaning."""
        return any(pattern.meaning == meaning for pattern in self.files)

    @property
    def table(self) -> TableName:
        """The staging table."""
        return TableName.parse(self.name)

    @property
    def raw_key(self) -> str:
        """The asset key of its files in the lake, as ``support/raw/analysts``."""
        return f"{self.table.warehouse}/raw/{self.table.table}"

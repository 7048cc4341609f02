"""What lands, declared: which files or extracts belong to a table, and what a row of them means."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.schema import Column, refuse_no_time

Meaning = Literal["rows", "changes", "snapshot"]
"""``rows``: each row stands for itself. ``changes``: each says what holds from its own time on. ``snapshot``: the file
says that at its time exactly these rows were there."""
OBSERVED = ("effective_at", "sequence", "first_sequence", "op")
"""What the table of changes and snapshots gives beside the declared columns: when, in which order (where a change was
told last, and where first), and what was observed: ``U``, or ``D`` for the end of a key."""

END_OF_TIME: Final = datetime(9999, 12, 31)  # noqa: DTZ001 - the warehouse's timestamps are UTC without a zone
"""Until when an open version is valid."""


@dataclass(frozen=True, kw_only=True)
class Csv:
    """Delimited text: UTF-8, RFC 4180 quoting, lines ended by LF or CRLF."""

    header: bool = False
    delimiter: str = ","

    def __post_init__(self) -> None:
        """Refuse a delimiter that could not be told from the rest."""
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n\0':
            message = f"{self.delimiter!r} cannot be a delimiter."
            raise DeclarationError(message, mend="Use one ASCII character that is neither a quote nor a line end.")


@dataclass(frozen=True, kw_only=True)
class Excel:
    """One sheet of a workbook, its first row the header.

    Args:
        sheet: The sheet's name; the first sheet when None.
    """

    sheet: str | None = None


@dataclass(frozen=True, kw_only=True)
class Json:
    """Objects in JSON, UTF-8; each field is a column, and a value's text is kept as it is written.

    Args:
        lines: Whether each line is a document (JSON lines); such a file may be of any size.
        records: The document's field that holds the records; None when it is an array of them or, in lines, a record.
        entries: Where that field is an object of values and each is a record: the titles of its name and its value. The
            document's other fields stand beside them.
        absent_is_null: Whether a record may leave declared fields out; it is ill-formed if not.
        single: Whether the document itself is one record, as where each file has one.
    """

    lines: bool = False
    records: str | None = None
    entries: tuple[str, str] | None = None
    absent_is_null: bool = False
    single: bool = False

    def __post_init__(self) -> None:
        """Refuse entries of nothing, and a single record that is also a field, or a line."""
        if self.single and (self.lines or self.records):
            message = "A Json is declared as a single record, and as lines or as a field with records."
            raise DeclarationError(message, mend="Take single away, or lines and records.")
        if self.entries and not self.records:
            message = "A Json has entries and no records."
            raise DeclarationError(message, mend="Name the field that holds the entries as records.")


@dataclass(frozen=True, kw_only=True)
class Dms:
    """Rows as AWS DMS writes them: a full load, or changes with an operation before each row.

    The reader adds two columns to a file's own: ``_at``, from when on a row holds, and ``_op``, what it says. A row of
    a full load holds from ``beginning`` on, or from the last of ``reloads`` that the file is younger than; one of a
    file of changes from its commit's time on, else from the time in the file's name.

    Args:
        inner: How the rows are written.
        full_load: Whether the file is one of a full load.
        has_op: Whether each row begins with its operation; ``U`` is meant where not.
        timestamp: The column with the time of the commit; None when there is none.
        timestamp_place: Where it stands in a file without a header: behind the operation, or behind the last column.
        quoted: Whether quotes are those of RFC 4180; they are characters like others if not.
        empty_is_text: Whether an empty cell is the empty text, as it is where NULL has a text of its own.
        whole: Columns whose whole numbers may be written as ``+5.0656000000000000e+05``.
        documents: Columns that hold JSON, which is refused where it is none.
        beginning: From when on the rows of a full load hold.
        reloads: When the full load was made anew.
    """

    inner: Csv | Json = Csv()
    full_load: bool = False
    has_op: bool = True
    timestamp: str | None = None
    timestamp_place: Literal["first", "last"] = "first"
    quoted: bool = True
    empty_is_text: bool = False
    whole: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    beginning: datetime = datetime(1900, 1, 1)  # noqa: DTZ001 - the warehouse's timestamps are UTC without a zone
    reloads: tuple[datetime, ...] = ()

    @property
    def header(self) -> bool:
        """Whether a file names its columns."""
        return isinstance(self.inner, Json) or self.inner.header


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """Parquet: columns are known by their names, their types are the file's own, and nested values are JSON text."""


@dataclass(frozen=True, kw_only=True)
class FilePattern:
    """Files that belong to a dataset.

    Args:
        pattern: The file's name, in whatever sub-folder it lies; with a slash, the whole path below the landing folder.
            ``{YYYY}``, ``{YYYY-MM-DD}``, ``{YYYYMMDD}``, ``{YYYYMMDD-HHMMSSmmm}`` match a time, which then is the
            file's order; ``*`` matches anything but a slash. ``.gz`` or ``.zst`` behind it is understood.
        format: How the file is written.
        meaning: What a row says.
    """

    pattern: str
    format: Csv | Excel | Json | Dms | Parquet = Csv()
    meaning: Meaning = "rows"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table that is loaded from files, or from extracts of a database.

    Args:
        name: The staging table's key, as ``support/staging/analysts``.
        columns: In the order of the file; an extract's are known by their names.
        key: The natural key's columns. Of ``rows`` with the same key the one that was delivered last stands.
        files: Every pattern that belongs here.
        extracted: What a row of a database's extract means; None when the table is loaded from files.
        effective_at: The column that holds a change's time; needed where a pattern means ``changes``.
        op: The column that holds a change's operation (``I``, ``U``, ``D``); every change is an update when None.
        missing: What a key's absence from a snapshot says: nothing (``keep``) or that it is gone (``close``).
        original: Columns that keep the value of the key's first delivery (for ``rows``).
        earliest: No change or snapshot is of a time before; one that is goes to the quarantine.
        latest: No change or snapshot is of this time or a later one, likewise.
        max_bad_share: The share of a file's rows that may go to the quarantine; above it the load fails.
        max_closed_share: The share of the current keys that one snapshot may close; above it the load fails.
        arrives_within: A file is expected at least so often; ``etl-assets status`` says when none came.
        description: One sentence for the catalogue.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    files: tuple[FilePattern, ...] = ()
    extracted: Meaning | None = None
    effective_at: str | None = None
    op: str | None = None
    missing: Literal["keep", "close"] = "keep"
    original: tuple[str, ...] = ()
    earliest: datetime = datetime(1900, 1, 1)  # noqa: DTZ001 - as above
    latest: datetime = datetime(2100, 1, 1)  # noqa: DTZ001 - as above
    max_bad_share: float = 0.05
    max_closed_share: float = 0.2
    arrives_within: timedelta | None = None
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself; a key is never NULL, nor are a change's time and operation."""
        named = {column.name for column in self.columns}
        wanted = {*self.key, *self.original, *filter(None, (self.effective_at, self.op))}
        if missing := sorted(wanted - named):
            message = f"{self.name} names the columns {missing}, which it does not declare."
            raise DeclarationError(message, mend="Add them to its columns.")
        self._refuse_other_than_one_source()
        if self.means("changes") and not self.effective_at:
            message = f"{self.name} has changes but no effective_at."
            raise DeclarationError(message, mend="Name the column that holds a change's time.")
        self._refuse_mixed_meanings()
        self._refuse_impossible_times()
        self._refuse_taken_names(named)
        self._refuse_repeated_names()
        object.__setattr__(self, "columns", tuple(self._required(column) for column in self.columns))

    def _refuse_other_than_one_source(self) -> None:
        if bool(self.files) == bool(self.extracted):
            what = "both files and extracts" if self.files else "neither files nor extracts"
            message = f"{self.name} is declared with {what}."
            raise DeclarationError(message, mend="Give it files=(FilePattern(...),), or extracted='changes'.")

    def _refuse_mixed_meanings(self) -> None:
        if self.means("rows") and len(self.meanings) > 1:
            message = f"{self.name} has files of rows beside changes or snapshots."
            raise DeclarationError(message, mend="Declare two datasets, and bring them together in a model.")

    def _refuse_impossible_times(self) -> None:
        for what in ("earliest", "latest"):
            refuse_no_time(f"{self.name} has the {what} time", getattr(self, what))
        if not self.earliest < self.latest <= END_OF_TIME:
            message = f"{self.name} has no time from {self.earliest} to {self.latest}."
            raise DeclarationError(message, mend=f"Let earliest be before latest, and that {END_OF_TIME} at most.")

    def _refuse_taken_names(self, named: set[str]) -> None:
        free = {"effective_at": self.effective_at, "op": self.op}
        taken = sorted(name for name in OBSERVED if name in named and free.get(name) != name)
        if taken and not self.means("rows"):
            message = f"{self.name} declares {', '.join(taken)}, which the table of its observations has itself."
            raise DeclarationError(message, mend="Give the column another name, and say its own with header.")

    def _refuse_repeated_names(self) -> None:
        """No engine tells names apart by case, and a leading underscore marks the lake's own columns."""
        names = Counter(column.name.lower() for column in self.columns)
        unfit = sorted(name for name, count in names.items() if count > 1 or name.startswith("_"))
        titles = Counter(column.title for column in self.columns)
        if unfit := unfit or sorted(title for title, count in titles.items() if count > 1):
            message = f"{self.name} has a column {unfit[0]!r} twice, or with a leading underscore."
            raise DeclarationError(message, mend="Give it another name, and say its own with header.")

    def _required(self, column: Column) -> Column:
        told = {self.effective_at, self.op} if not self.means("snapshot") else set[str | None]()
        return replace(column, nullable=False) if column.name in {*self.key, *told} else column

    @property
    def meanings(self) -> frozenset[Meaning]:
        """What its rows mean."""
        return frozenset([self.extracted] if self.extracted else (pattern.meaning for pattern in self.files))

    def means(self, meaning: Meaning) -> bool:
        """Whether any of its rows has this meaning."""
        return meaning in self.meanings

    @property
    def table(self) -> TableName:
        """The staging table."""
        return TableName.parse(self.name)

    @property
    def raw_key(self) -> str:
        """The asset key of its files in the lake, as ``support/raw/analysts``."""
        return f"{self.table.warehouse}/raw/{self.table.table}"

    def time_problem(self, at: datetime) -> str:
        """Why nothing can have been at a time; empty when it can."""
        if at < self.earliest:
            return f"before the earliest time, {self.earliest}"
        return f"not before the latest time, {self.latest}" if at >= self.latest else ""

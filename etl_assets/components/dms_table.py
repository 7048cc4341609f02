"""A table that DMS copies, declared in YAML: what lands of it, and the marts that are made of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from etl_assets.components.declared import Words
from etl_assets.components.dms_sql import current_sql, history_sql
from etl_assets.datasets import Csv, Dataset, Dms, FilePattern, Json
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.documents.names import joined
from etl_assets.warehouse.models.declare import BEGINNING, Incremental, Model, Table, Type2

WAREHOUSE: Final = "dms"
STAMPS: Final = (
    Column("changed_at", "timestamp", header="_at", description="From when on the row is as it is here."),
    Column("operation", header="_op", description="`I`, `U`: the row as it then is; `D`: the end of its key."),
)
"""What the reader says of a row."""
_DOCUMENT: Final = "document"
_JSON: Final = "json"
_WHOLE: Final = ("bigint", "integer")
_FOLDER: Final = re.compile(r"[^/{}*]+(/[^/{}*]+)*")
_NULL: Final = ("NULL",)
_FORMATS: Final = ("csv", "json", "jsonl")


@dataclass(frozen=True, kw_only=True)
class DmsTable:
    """A declared table.

    Args:
        folder: Where its files land, below ``landing/dms``.
        dataset: What is loaded of them.
        current: The mart of its rows as they are.
        history: The mart of their versions.
    """

    folder: str
    dataset: Dataset
    current: Model
    history: Type2

    @property
    def models(self) -> tuple[Model, ...]:
        """Its marts."""
        return self.history, self.current

    def beside(self, others: "tuple[DmsTable, ...]") -> "DmsTable":
        """The same, knowing the tables that it must not take the names of."""
        if not isinstance(self.current, Documents):
            return self
        own = f"{self.current.table.table}_"
        names = {model.table.table for one in others for model in one.models}
        taken = tuple(sorted(name for name in names if name.startswith(own)))
        return replace(self, current=replace(self.current, beside=taken))

    def write_sql(self) -> None:
        """Generate the SQL of its marts."""
        staging, columns, key = self.dataset.table, _listed(self.dataset), self.dataset.key
        self.current.table.generate_sql(current_sql(staging, columns, key))
        self.history.table.generate_sql(history_sql(staging, columns, key))


def declared_table(what: str, given: Mapping[str, Any], variable: Callable[[str], str | None]) -> DmsTable:
    """Read a table's declaration.

    Args:
        what: Of which file it is, for messages.
        given: What the file says.
        variable: Gives a variable of the environment; None where it is not set.

    Raises:
        DeclarationError: When something of it cannot be; the message names the table, the word and its line.
    """
    words = Words(what=what, given=given, variable=variable)
    folder = words.needed("table", words.text("table"))
    words.what = f"{what}, table {folder}"
    if not _FOLDER.fullmatch(folder):
        raise words.wrong(name="table", why=f"{folder!r} is no folder", mend="Write it as SCHEMA/TABLE, as DMS does.")
    name = words.text("name") or joined(folder.rpartition("/")[2])
    if not name.isidentifier():
        raise words.wrong(name="name", why=f"{name!r} is no table's name", mend="Use letters, digits and underscores.")
    columns, documents = _columns(words)
    key = _key(words, columns)
    dataset = _dataset(words, folder=folder, name=name, columns=columns, key=key, documents=documents)
    table = DmsTable(
        folder=folder,
        dataset=dataset,
        current=_current(words, name, dataset, documents),
        history=_history(words, name, dataset),
    )
    words.refuse_others()
    return table


def _columns(words: Words) -> tuple[tuple[Column, ...], dict[str, str]]:
    """The columns, and what stands before the fields of those that are documents."""
    nothing = words.nulls("null_text", _NULL if words.one_of("format", _FORMATS) == "csv" else ())
    columns: list[Column] = []
    documents: dict[str, str] = {}
    declared = words.needed("columns", words.mapping("columns"))
    for title, said in declared.items():
        own = Words(what=f"{words.what}, column {title}", given=_as_mapping(said), variable=words.variable)
        name, kind = own.text("name") or joined(title), own.needed("type", own.text("type"))
        if kind in {_DOCUMENT, _JSON}:
            documents[name] = name if kind == _JSON else ""
            kind = "text"
        try:
            columns.append(
                Column(
                    name,
                    kind,
                    nullable=not own.flag("required"),
                    null_texts=nothing,
                    header=title,
                    description=own.text("description") or "",
                    since=own.maybe_time("since"),
                )
            )
        except DeclarationError as error:
            lines = getattr(declared, "lines", {})
            message = f"{words.what}, 'columns' (line {lines.get(title)}): {error.message}"
            raise DeclarationError(message, mend=error.mend) from error
        own.refuse_others()
    return tuple(columns), documents


def _as_mapping(said: object) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {"type": said}


def _key(words: Words, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The key's columns, told by their names or by their titles."""
    named = {column.title: column.name for column in columns} | {column.name: column.name for column in columns}
    key = words.needed("key", words.texts("key"))
    if missing := [one for one in key if one not in named]:
        raise words.wrong(
            name="key", why=f"{missing[0]!r} is none of its columns", mend=f"Known are {', '.join(named)}."
        )
    return tuple(named[one] for one in key)


def _dataset(
    words: Words,
    *,
    folder: str,
    name: str,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    documents: Mapping[str, str],
) -> Dataset:
    files = _files(words, folder, columns, documents)
    try:
        return Dataset(
            name=f"{WAREHOUSE}/staging/{name}",
            description=words.text("description") or f"Changes of {folder}, as DMS copies them.",
            columns=(*columns, *STAMPS),
            key=key,
            files=files,
            effective_at="changed_at",
            op="operation",
            earliest=min(BEGINNING, words.time("beginning", BEGINNING)),
            max_bad_share=words.number("max_bad_share", 0.05),
            arrives_within=words.span("arrives_within"),
        )
    except DeclarationError as error:
        message = f"{words.what}: {error.message}"
        raise DeclarationError(message, mend=error.mend) from error


def _files(
    words: Words, folder: str, columns: tuple[Column, ...], documents: Mapping[str, str]
) -> tuple[FilePattern, ...]:
    """The files of a full load and those of changes; a table of JSON has no others than the first."""
    form = words.one_of("format", _FORMATS)
    op = words.one_of("op", ("changes", "always", "none"))
    nothing = words.nulls("null_text", _NULL if words.one_of("format", _FORMATS) == "csv" else ())
    if (stamp := words.text("timestamp")) in {name for column in columns for name in (column.title, column.name)}:
        raise words.wrong(name="timestamp", why=f"{stamp!r} is one of its columns", mend="Take it out of columns.")
    load = Dms(
        inner=_inner(words, form),
        full_load=True,
        has_op=op == "always" and form == "csv",
        timestamp=stamp,
        timestamp_place="last" if words.one_of("timestamp_place", ("first", "last")) == "last" else "first",
        quoted=words.one_of("quoting", ("rfc4180", "none")) == "rfc4180",
        empty_is_text=form == "csv" and "" not in nothing,
        whole=tuple(column.name for column in columns if column.type in _WHOLE) if words.flag("scientific") else (),
        documents=tuple(documents),
        beginning=words.time("beginning", BEGINNING),
        reloads=words.times("reloads"),
    )
    if form != "csv":
        return (FilePattern(pattern=f"{folder}/*.{form}", format=load, meaning="changes"),)
    changes = replace(load, full_load=False, has_op=op != "none")
    return (
        FilePattern(pattern=f"{folder}/LOAD*.csv", format=load, meaning="changes"),
        FilePattern(pattern=f"{folder}/{{YYYYMMDD-HHMMSSmmm}}.csv", format=changes, meaning="changes"),
    )


def _inner(words: Words, form: str) -> Csv | Json:
    header, delimiter = words.flag("header"), words.text("delimiter", ",") or ","
    if form != "csv":
        return Json(lines=form == "jsonl", absent_is_null=True)
    try:
        return Csv(header=header, delimiter=delimiter)
    except DeclarationError as error:
        raise words.wrong(name="delimiter", why=error.message.removesuffix("."), mend=error.mend) from error


def _listed(dataset: Dataset) -> list[str]:
    stamps = {column.name for column in STAMPS}
    return [column.name for column in dataset.columns if column.name not in stamps]


def _history(words: Words, name: str, dataset: Dataset) -> Type2:
    key = dataset.key
    return Type2(
        name=f"{WAREHOUSE}/marts/{name}_history",
        key=key,
        entity=words.text("entity") or name,
        tracked=tuple(column for column in _listed(dataset) if column not in key),
        unknown_member=False,
    )


def _current(words: Words, name: str, dataset: Dataset, documents: Mapping[str, str]) -> Model:
    own, key = f"{WAREHOUSE}/marts/{name}", dataset.key
    depth, columns = int(words.number("max_depth", 16)), int(words.number("max_columns", 1000))
    if documents:
        return Documents(name=own, key=key, documents=documents, max_depth=depth, max_columns=columns)
    if len(key) == 1:
        return Incremental(name=own, key=key, touched={dataset.name: key[0]})
    return Table(name=own, key=key)

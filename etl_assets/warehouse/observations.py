"""How a dataset's observations are kept, and the query that gives them back.

``rows`` are kept in ``<table>_rows``, each distinct content once with its first and last delivery; ``changes`` likewise
in ``<table>_events``; snapshots as runs in ``<table>_snapshots``: a key's attributes with the first and the last
snapshot that had them, the last one NULL while the run goes on. A key whose row in a snapshot could not be read is kept
in ``<table>_unread``: it was there, and nothing else is known. ``<table>`` itself is a view over these.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, Self

from sqlglot import exp

from etl_assets.datasets import OBSERVED, Dataset, Meaning
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.statement import Bindings, bound, moment, to_sql

LAYOUT: Final = 2
"""The form of the tables below; a warehouse that has another is given what it lacks by its next load."""
UNREAD: Final = "observed_unread"


@dataclass(frozen=True, kw_only=True)
class Observations:
    """What has to be known of a dataset to read its observations.

    Args:
        dataset: The staging table's key.
        key: The natural key's columns.
        columns: Every declared column's type by name.
        meanings: The meanings that its files have, or had when they were loaded.
        missing: Whether a snapshot without a key ends it.
        effective_at: The column with a change's time.
        op: The column with a change's operation.
        original: Columns that keep the first delivery's value.
        layout: The form of the tables that keep them.
        since: The times since when columns are in the files, by column, as ISO texts.
        reading: What else decides which texts are values, by column; and by the empty name, which times are possible.
    """

    dataset: str
    key: tuple[str, ...]
    columns: dict[str, str]
    meanings: tuple[Meaning, ...]
    missing: Literal["keep", "close"]
    effective_at: str | None
    op: str | None
    original: tuple[str, ...]
    layout: int = LAYOUT
    since: dict[str, str] = field(default_factory=dict)
    reading: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Those of a declared dataset."""
        return cls(
            dataset=dataset.name,
            key=dataset.key,
            columns={column.name: column.type for column in dataset.columns},
            meanings=tuple(sorted(dataset.meanings)),
            missing=dataset.missing,
            effective_at=dataset.effective_at,
            op=dataset.op,
            original=dataset.original,
            since={column.name: column.since.isoformat(" ") for column in dataset.columns if column.since},
            reading={
                "": f"{dataset.earliest} to {dataset.latest}",
                **{column.name: _reading(column, dataset) for column in dataset.columns},
            },
        )

    def keeping(self, known: Self | None, pending: Iterable[Meaning]) -> Self:
        """These, with what earlier loads kept and waiting files bring, though no pattern means it any longer."""
        kept = known.meanings if known else ()
        meanings = tuple(sorted({*self.meanings, *kept, *pending}))
        if known is None or "changes" in self.meanings or "changes" not in kept:
            return replace(self, meanings=meanings)
        return replace(self, meanings=meanings, effective_at=known.effective_at, op=known.op)

    def reads_as(self, other: Self, *, but_for_added: bool = False) -> bool:
        """Whether another declaration makes the same of the same files.

        Args:
            other: The other one.
            but_for_added: Whether columns do not count that only the other one has.
        """
        names = self.columns.keys() if but_for_added else other.columns.keys()
        same = self.key == other.key and self.columns == {name: other.columns.get(name) for name in names}
        if self.means("changes"):
            same = same and (self.effective_at, self.op) == (other.effective_at, other.op)
        return same and all(other.reading.get(name) == said for name, said in self.reading.items())

    def means(self, meaning: Meaning) -> bool:
        """Whether any of its observations came with this meaning."""
        return meaning in self.meanings

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Those that a load wrote down."""
        fields = json.loads(text)
        listed = {name: tuple(fields[name]) for name in ("key", "meanings", "original")}
        return cls(**(fields | listed))

    def to_json(self) -> str:
        """As the ledger keeps them."""
        return json.dumps(asdict(self))

    @property
    def table(self) -> TableName:
        """The view's name."""
        return TableName.parse(self.dataset)

    @property
    def are_timed(self) -> bool:
        """Whether the view gives observations with a time, an order and an operation, not rows."""
        return self.meanings != ("rows",)

    @property
    def plain(self) -> tuple[str, ...]:
        """The declared columns of a timed view, but for a time and an operation that are named as the view's own."""
        return tuple(name for name in self.columns if name not in OBSERVED)

    @property
    def stores(self) -> dict[str, TableName]:
        """The tables behind the view, by their name in the project's SQL."""
        ending = {"rows": "rows", "changes": "events", "snapshot": "snapshots"}
        found = {f"observed_{ending[meaning]}": self.table.with_suffix(ending[meaning]) for meaning in self.meanings}
        return found | ({UNREAD: self.table.with_suffix("unread")} if self.means("snapshot") else {})

    def sql(self, dialect: type[Dialect], tables: Mapping[str, str] | None = None) -> str:
        """The query that gives the observations.

        Args:
            dialect: The engine's.
            tables: Other tables than the stores to read from, as parts of them that hold a few keys only.
        """
        names = {name: store.qualified for name, store in self.stores.items()} | dict(tables or {})
        return _sql(self.to_json(), dialect, tuple(names.items()))

    def query(self, dialect: type[Dialect], tables: Mapping[str, str]) -> exp.Expr:
        """The same, not yet text, over tables that take the place of all stores."""
        parts = [bound(f"staging/{file}", self._bindings(tables), dialect) for file in self._files()]
        parts += self._said_again(tables, dialect)
        if len(parts) == 1:
            return parts[0]
        return self._union(parts, distinct=False)

    def _union(self, parts: Sequence[exp.Expr], *, distinct: bool) -> exp.Expr:
        listed = [*(exp.column(name, quoted=True) for name in self.plain), *map(exp.column, OBSERVED)]
        selects = [
            exp.select(*listed).from_(
                exp.Subquery(this=part, alias=exp.TableAlias(this=exp.to_identifier(f"part_{n}")))
            )
            for n, part in enumerate(parts)
        ]
        return exp.union(*selects, distinct=distinct)

    def _files(self) -> list[str]:
        if not self.are_timed:
            return ["rows"]
        snapshots = [f"snapshots_{self.missing}"] if "snapshot" in self.meanings else []
        changes = ["changes"] if "changes" in self.meanings else []
        closed = ["changes_closed"] if snapshots and changes and self.missing == "close" else []
        return [*changes, *snapshots, *closed]

    def _said_again(self, tables: Mapping[str, str], dialect: type[Dialect]) -> list[exp.Expr]:
        """What snapshots say in the middle of a run and has to be heard: after a change, and of a column that is new.

        Two of them may say the same at the same time; it counts once.
        """
        if not self.means("snapshot"):
            return []
        found = [bound("staging/reasserted", self._bindings(tables), dialect)] if self.means("changes") else []
        for since in self.first_known:
            bindings = self._bindings(tables)
            put = {**bindings.expressions, "since": moment(since)}
            found.append(bound("staging/known", replace(bindings, expressions=put), dialect))
        return [self._union(found, distinct=True)] if len(found) > 1 else found

    @property
    def first_known(self) -> list[datetime]:
        """The times since when columns are in the files."""
        return sorted({datetime.fromisoformat(text) for text in self.since.values()})

    def _bindings(self, names: Mapping[str, str]) -> Bindings:
        known = {*self.key, *self.original}
        columns = {
            "column": self.plain if self.are_timed else tuple(self.columns),
            "key": self.key,
            "original": self.original,
            "rest": tuple(name for name in self.plain if name not in self.key),
            "latest": tuple(name for name in self.columns if name not in known),
        }
        return Bindings(columns=columns, tables=names, expressions=self.expressions)

    @property
    def expressions(self) -> dict[str, exp.Expr]:
        """What ``the_dataset``, ``the_time`` and ``the_op`` stand for in the project's SQL."""
        given: dict[str, exp.Expr] = {"dataset": exp.Literal.string(self.dataset), "op": exp.Literal.string("U")}
        if self.effective_at:
            given["time"] = exp.column(self.effective_at, quoted=True)
        if self.op:
            given["op"] = exp.column(self.op, quoted=True)
        return given


def _reading(column: Column, dataset: Dataset) -> str:
    """Which texts are a column's, and which of them no value.

    That a change has a time and an operation depends on the file, not on the column.
    """
    is_required = not column.nullable and column.name not in {dataset.effective_at, dataset.op}
    titled = f" as {column.header}" if column.title != column.name else ""
    return f"{column.null_texts}{' required' if is_required else ''}{titled}"


@lru_cache(maxsize=256)
def _sql(declaration: str, dialect: type[Dialect], tables: tuple[tuple[str, str], ...]) -> str:
    return to_sql(Observations.from_json(declaration).query(dialect, dict(tables)), dialect)

"""Playing a trial: its files land, are loaded and built run by run, in a warehouse of its own that is thrown away."""

import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlglot import exp

from etl_assets.connectors.files.extract import extract_files, unknown_files
from etl_assets.errors import DeclarationError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.building import build
from etl_assets.warehouse.delimited import cell
from etl_assets.warehouse.engines import Engine, Session, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Incremental, Model, Type2
from etl_assets.warehouse.statement import to_sql
from etl_assets.warehouse.trials.trial import Row, Trial
from etl_assets.words import nearest_first

_WRITTEN: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MIDNIGHT: Final = " 00:00:00"


@dataclass(frozen=True)
class Verdict:
    """What came of a trial.

    Args:
        missing: Rows that had to be there and are not.
        unexpected: Rows that are there and had not to be.
    """

    missing: tuple[Row, ...]
    unexpected: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether the rows are as expected."""
        return not self.missing and not self.unexpected


def play(trial: Trial, declared: Declared, *, sql_root: Path = SQL_ROOT) -> Verdict:
    """Play a trial on DuckDB.

    A file is as if written on the first of January 2000, or so many days later as runs came before its own.

    Raises:
        DeclarationError: When the table or a column is not declared, or a file is one that nothing loads.
        EtlError: Whatever a load or a build refuses.
    """
    needed = declared.needed_for([trial.table], sql_root)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engine, lake = open_engine(f"duckdb:///{home / 'warehouse.duckdb'}"), open_lake(str(home / "lake"))
        for number, files in enumerate(trial.given):
            _land(home / "landing" / trial.table.warehouse, files, _WRITTEN + timedelta(days=number))
            _refuse_unknown(trial, declared, home / "landing")
            _run(needed, engine, home / "landing", lake, sql_root)
        found = Counter(_found(trial, needed, engine))
    wanted = Counter(tuple(map(_short, row)) for row in trial.rows)
    return Verdict(_sorted(wanted - found), _sorted(found - wanted))


def _land(folder: Path, files: Mapping[str, str], written: datetime) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (written.timestamp(), written.timestamp()))


def _run(needed: Declared, engine: Engine, landing: Path, lake: Lake, sql_root: Path) -> None:
    for dataset in needed.datasets:
        extract_files(dataset, landing, lake)
        load_dataset(engine, dataset, lake)
    for model in needed.models:
        build(engine, model, sql_root=sql_root)


def _refuse_unknown(trial: Trial, declared: Declared, landing: Path) -> None:
    own = [dataset for dataset in declared.datasets if dataset.table.warehouse == trial.table.warehouse]
    if unknown := unknown_files(own, landing):
        message = f"{trial.path.name} has files that nothing loads: {', '.join(unknown)}."
        raise DeclarationError(message, mend="Name them as the datasets' patterns say.")


def _found(trial: Trial, needed: Declared, engine: Engine) -> list[Row]:
    model = next((model for model in needed.models if model.table == trial.table), None)
    with engine.reading() as session:
        _refuse_unknown_columns(trial, model, needed, session)
    query = exp.select().from_(exp.alias_(exp.to_table(trial.table.qualified), "t"))
    for number, name in enumerate(trial.columns):
        pointer, _, attribute = name.rpartition(".")
        alias = f"d{number}" if pointer else "t"
        if pointer:
            dimension = _pointed(trial, model, pointer, needed)
            same = exp.column(dimension.surrogate, table=alias).eq(exp.column(pointer, table="t"))
            query = query.join(exp.alias_(exp.to_table(dimension.table.qualified), alias), on=same, join_type="left")
        query = query.select(exp.alias_(exp.column(attribute, table=alias, quoted=True), f"c{number}"))
    if isinstance(model, Type2) and "is_inferred" not in trial.columns:
        query = query.where(f"not t.is_inferred and t.{model.surrogate} <> -1")
    with engine.reading() as session:
        return [tuple(map(_text, row)) for row in session.rows(to_sql(query, session.dialect))]


def _refuse_unknown_columns(trial: Trial, model: Model | None, needed: Declared, session: Session) -> None:
    """Refuse a column in the header that the table, or the dimension that it points to, has not."""
    for name in trial.columns:
        pointer, _, attribute = name.rpartition(".")
        table = _pointed(trial, model, pointer, needed).table if pointer else trial.table
        columns = session.columns(table.schema, table.table)
        if attribute not in columns:
            message = f"{trial.path.name} expects the column {name!r}, and {table.key} has no {attribute!r}."
            raise DeclarationError(message, mend=f"Its columns are {', '.join(nearest_first(attribute, columns))}.")


def _pointed(trial: Trial, model: Model | None, pointer: str, needed: Declared) -> Type2:
    """The dimension that a fact's column points to."""
    members = model.members if isinstance(model, Incremental) else ()
    names = {member.column: member.dimension for member in members}
    for other in needed.models:
        if isinstance(other, Type2) and other.name == names.get(pointer):
            return other
    message = f"{trial.path.name} looks at {pointer}, by which {trial.table.key} points to no dimension."
    raise DeclarationError(message, mend=f"Its members are {', '.join(names) or 'none'}.")


def _text(value: object) -> str | None:
    return None if value is None else _short(str(cell(value)))


def _short(text: str | None) -> str | None:
    """A day's first moment is written as the day."""
    return text.removesuffix(_MIDNIGHT) if text else text


def _sorted(rows: Counter[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows.elements(), key=lambda row: [(part is not None, part or "") for part in row]))

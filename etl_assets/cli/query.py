"""``etl-assets query``: ask the warehouse, without changing it."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import click
import pyarrow as pa
from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from etl_assets.cli.border import Verb
from etl_assets.cli.past import MOMENT, past_of
from etl_assets.cli.show import console, counted, fits, table, upright
from etl_assets.errors import WarehouseError
from etl_assets.settings import Settings
from etl_assets.urls import shown_url
from etl_assets.warehouse.delimited import Delimited, cell, python_rows
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.engines import open_engine

Format = Literal["table", "csv", "json"]
_ASKS: Final = (exp.Query, exp.Values)
_WRITES: Final = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Into)
_COLUMNS: Final = "select column_name, data_type from information_schema.columns where table_name = 'NAME'"
_MENDS: Final = {
    "show": "`etl-assets status` lists the tables.",
    "describe": f"Ask instead: {_COLUMNS}.",
    "explain": "How it is planned is told by the database's own client.",
}
"""What to do instead, by the word that a statement begins with."""


@click.command(cls=Verb)
@click.argument("sql")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="csv: a header, ISO dates, NULL empty. json: one object a row.",
)
@click.option(
    "--as-known-at", type=MOMENT, help="Of the tables as they were known at a time; UTC unless it has a zone."
)
def query(sql: str, *, form: Format, as_known_at: datetime | None, as_json: bool) -> None:
    """Show the rows of a read-only query, in the warehouse's own SQL."""
    settings = Settings.read()
    engine = open_engine(settings.warehouse_url)
    asked = _understood(sql, engine.DIALECT)
    if not engine.exists():
        message = f"There is no warehouse at {shown_url(engine.url)} yet."
        raise WarehouseError(message, mend="`etl-assets run` makes it.")
    text = sql.strip().rstrip(";")
    if as_known_at:
        engine = past_of(settings, asked, as_known_at)
        text = asked.sql(engine.DIALECT.NAME)
    with engine.reading() as session:
        reader = session.batches(text)
        if as_json or form == "json":
            _print_json(reader)
        elif form == "csv":
            _print_csv(reader)
        else:
            _print_table(reader)


def _understood(sql: str, dialect: type[Dialect]) -> exp.Expr:
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it cannot take apart is refused in our words
    try:
        statements = parse(sql, dialect=dialect.NAME)
    except SqlglotError as error:
        message = f"The query cannot be understood: {str(error).splitlines()[0]}"
        raise WarehouseError(message, mend="Correct it.") from error
    asks = _ASKS + ((exp.Describe, exp.Summarize) if dialect.DESCRIBES else ())
    asked = statements[0] if len(statements) == 1 else None
    if not isinstance(asked, asks) or asked.find(*_WRITES):
        message = "Only one query can be asked, and it cannot change anything."
        first = next(iter(sql.lower().split()), "")
        raise WarehouseError(message, mend=_MENDS.get(first, "Begin with select, with, values or from."))
    return asked


def _refuse_one_name_twice(names: Sequence[str]) -> None:
    if repeated := [name for name, times in Counter(names).items() if times > 1]:
        message = f"Several columns are called {', '.join(repeated)}, which an object cannot hold."
        raise WarehouseError(message, mend="Name each with `as`, or ask for --format csv.")


def _print_csv(reader: pa.RecordBatchReader) -> None:
    Delimited().write(sys.stdout, reader)


def _print_json(reader: pa.RecordBatchReader) -> None:
    _refuse_one_name_twice(reader.schema.names)
    names = [json.dumps(name) for name in reader.schema.names]
    before = "["
    for row in python_rows(reader):
        cells = (f"{name}: {_json(value)}" for name, value in zip(names, row, strict=True))
        click.echo(f"{before}\n  {{{', '.join(cells)}}}", nl=False)
        before = ","
    click.echo("\n]" if before == "," else "[]")


def _json(value: object) -> str:
    """A value as JSON; a decimal keeps its digits."""
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    return json.dumps(value if isinstance(value, bool) else cell(value), default=str, ensure_ascii=False)


def _print_table(reader: pa.RecordBatchReader) -> None:
    rows = [["" if value is None else str(cell(value)) for value in row] for row in python_rows(reader)]
    shown = table(reader.schema.names, rows, left=len(reader.schema.names))
    for column, field in zip(shown.columns, reader.schema, strict=True):
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_decimal(field.type):
            column.justify = "right"
    terminal = console()
    if fits(terminal, shown):
        terminal.print(shown)
    else:
        for line in upright(reader.schema.names, rows):
            terminal.print(line, markup=False, soft_wrap=True)
    terminal.print(counted(len(rows), "row"))

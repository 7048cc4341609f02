"""Rows of PostgreSQL as Arrow batches, for queries and exports. The server says the types, never the values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import psycopg  # noqa: TID253 - imported only when PostgreSQL is used
import pyarrow as pa

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines.base import Row, first_line, refused

_BATCH_ROWS: Final = 20_000
_MAX_PRECISION: Final = 38
_TYPES: Final[dict[str, pa.DataType]] = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    "bytea": pa.binary(),
}


def stream(connection: psycopg.Connection[Row], sql: str, values: Mapping[str, object] | None) -> pa.RecordBatchReader:
    """The rows of a query; types that Arrow has no exact form of come as text.

    Raises:
        WarehouseError: When the server refuses the query.
    """
    cursor = psycopg.ServerCursor(connection, "etl_stream")
    try:
        cursor.execute(sql.encode(), dict(values) if values else None)
    except psycopg.Error as error:
        raise refused(error) from error
    fields = [pa.field(column.name, _type_of(column)) for column in cursor.description or ()]
    schema = pa.schema(fields)
    return pa.RecordBatchReader.from_batches(schema, _batches(cursor, schema))


def _type_of(column: psycopg.Column) -> pa.DataType:
    name = psycopg.adapters.types[column.type_code].name if column.type_code in _KNOWN else ""
    if name == "numeric" and column.precision and column.precision <= _MAX_PRECISION:
        return pa.decimal128(column.precision, column.scale or 0)
    return _TYPES.get(name, pa.string())


def _batches(cursor: psycopg.ServerCursor[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with cursor:
        while rows := _fetched(cursor):
            columns = zip(*rows, strict=True)
            arrays = [_array(values, field) for values, field in zip(columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fetched(cursor: psycopg.ServerCursor[Row]) -> list[Row]:
    try:
        return cursor.fetchmany(_BATCH_ROWS)
    except psycopg.Error as error:
        raise refused(error) from error


def _array(values: Sequence[Any], field: pa.Field) -> pa.Array:
    if pa.types.is_string(field.type):
        return pa.array([None if value is None else str(value) for value in values], field.type)
    try:
        return pa.array(values, field.type)
    except pa.ArrowInvalid as error:
        message = f"The column {field.name} has a value that is no {field.type}, such as NaN: {first_line(error)}."
        raise WarehouseError(message, mend="Cast the column to text or to double precision.") from error


_KNOWN: Final = frozenset(info.oid for info in psycopg.adapters.types)

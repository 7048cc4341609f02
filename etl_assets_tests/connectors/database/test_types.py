"""Every value comes back as the source has it, with its type, or it is named with its reason."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from etl_assets.connectors.database.cells import lake_type
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.lake.catalogue import Catalogue
from etl_assets_tests.connectors.database.sources import Shop, landed_types

VALUES = SourceTable(dataset="shop/staging/kinds", name="kinds")
MOST = f"{'9' * 28}.{'9' * 10}"
LONG = "x" * 3_000_000
ROUND_TRIPS: list[tuple[str, str, pa.DataType, object]] = [
    ("smallint", "-32768", pa.int16(), -32768),
    ("integer", "-2147483648", pa.int32(), -2147483648),
    ("bigint", "9223372036854775807", pa.int64(), 9223372036854775807),
    ("numeric(10,2)", "-99999999.99", pa.decimal128(10, 2), Decimal("-99999999.99")),
    ("numeric(38,10)", f"'{MOST}'", pa.decimal128(38, 10), Decimal(MOST)),
    ("numeric", f"'{MOST}5'", pa.string(), f"{MOST}5"),
    ("numeric", "'NaN'", pa.string(), "NaN"),
    ("numeric(50,3)", "1.5", pa.string(), "1.500"),
    ("double precision", "0.1", pa.float64(), 0.1),
    ("double precision", "'5e-324'", pa.float64(), 5e-324),
    ("double precision", "'-Infinity'", pa.float64(), float("-inf")),
    ("real", "0.1", pa.float32(), pytest.approx(0.1, abs=1e-8)),
    ("boolean", "true", pa.bool_(), True),
    ("boolean", "false", pa.bool_(), False),
    ("date", "'0001-01-01'", pa.date32(), date(1, 1, 1)),
    ("date", "'9999-12-31'", pa.date32(), date(9999, 12, 31)),
    ("timestamp(3)", "'2022-11-03 14:20:52.186'", pa.timestamp("us"), datetime(2022, 11, 3, 14, 20, 52, 186000)),  # noqa: DTZ001 - as the source has it
    ("timestamp", "'9999-12-31 23:59:59.999999'", pa.timestamp("us"), datetime.max),  # noqa: DTZ901 - as above
    ("timestamp", "'0001-01-01'", pa.timestamp("us"), datetime(1, 1, 1)),  # noqa: DTZ001 - as above
    ("timestamptz", "'2024-06-01 12:00:00+02'", pa.timestamp("us"), datetime(2024, 6, 1, 10)),  # noqa: DTZ001 - in UTC
    ("text", "''", pa.string(), ""),
    ("text", "'NULL'", pa.string(), "NULL"),
    ("text", r"E'a,\"b\"\r\n\\.\t'", pa.string(), 'a,"b"\r\n\\.\t'),
    ("text", "'žluťoučký 🐎 \u202e'", pa.string(), "žluťoučký 🐎 \u202e"),
    ("text", f"'{LONG}'", pa.string(), LONG),
    ("varchar(5)", "'ab '", pa.string(), "ab "),
    ("mood", "'SALE'", pa.string(), "SALE"),
    ("cents", "12.30", pa.decimal128(8, 2), Decimal("12.30")),
    ("uuid", "'00000000-0000-0000-0000-000000000001'", pa.string(), "00000000-0000-0000-0000-000000000001"),
    ("bytea", r"'\x00ff'", pa.string(), r"\x00ff"),
    ("jsonb", """'{"a": null}'""", pa.string(), '{"a": null}'),
    ("int[]", "'{1,NULL}'", pa.string(), "{1,NULL}"),
    ("interval", "'1 month 2 days'", pa.string(), "P1M2D"),
]  # fmt: skip
MISFITS: list[tuple[str, str, str]] = [
    ("numeric(10,2)", "'NaN'", "NaN"),
    ("timestamp(3)", "'294276-12-31 23:59:59'", "294276-12-31 23:59:59"),
    ("timestamp(3)", "'infinity'", "infinity"),
    ("timestamp", "'0044-03-15 BC'", "0044-03-15 00:00:00 BC"),
    ("date", "'10000-01-01'", "10000-01-01"),
    ("timestamptz", "'-infinity'", "-infinity"),
]


def _land(shop: Shop, kind: str, value: str) -> dict[int, dict[str, Any]]:
    shop.do(
        "create type mood as enum ('SALE', 'PURCHASE')",
        "create domain cents as numeric(8, 2) not null",
        f"create table kinds (id int primary key, last_updated timestamp not null, value {kind})",
        f"insert into kinds values (1, now(), {value}), (2, now(), {'0' if kind == 'cents' else 'null'})",
    )
    shop.extract(VALUES)
    return {row["_row"]: row for row in shop.landed(VALUES.dataset)}


@pytest.mark.parametrize(("kind", "value", "lake", "found"), ROUND_TRIPS)
def test_a_value_comes_back_as_it_was(shop: Shop, kind: str, value: str, lake: pa.DataType, found: object) -> None:
    rows = _land(shop, kind, value)
    assert rows[1]["value"] == found
    assert rows[1]["_problem"] is None
    assert rows[2]["value"] == (Decimal("0.00") if kind == "cents" else None)
    assert landed_types(shop.zone, VALUES.dataset)["value"] == lake


@pytest.mark.parametrize(("kind", "value", "found"), MISFITS)
def test_a_value_that_the_lake_cannot_carry_is_named_and_kept_as_text(
    shop: Shop, kind: str, value: str, found: str
) -> None:
    rows = _land(shop, kind, value)
    assert rows[1]["id"] is rows[1]["value"] is None
    assert rows[1]["_problem"].startswith(f"value is '{found}', which is no ")
    assert json.loads(rows[1]["_raw"])["value"] == found
    assert rows[2]["id"] == 2
    assert shop.extract(VALUES).landed == 0


def test_few_rows_that_do_not_fit_are_found_among_many_and_cost_no_other(shop: Shop) -> None:
    shop.do(
        "insert into orders select n, now(), case when n % 7000 = 0 then 'NaN'::numeric else n end"
        " from generate_series(1, 20000) as n"
    )
    report = shop.extract()
    assert (report.landed, report.problems) == (20000, 2)
    good = [row for row in shop.landed() if row["_problem"] is None]
    assert sum(row["price"] for row in good) == sum(range(1, 20001)) - 7000 - 14000


def test_types_that_arrow_cannot_carry_are_texts() -> None:
    assert {lake_type(kind, {}) for kind in ("numeric(3,-2)", "numeric(2,4)", "numeric(39,0)")} == {"string"}


def test_nullability_and_types_are_in_the_catalogue_as_the_source_writes_them(shop: Shop) -> None:
    shop.extract()
    (state,) = Catalogue(shop.zone.storage).states("shop/staging/orders")
    found = [(column.name, column.type, column.lake, column.nullable) for column in state.shape.columns]
    assert found == [
        ("id", "integer", "int32", False),
        ("last_updated", "timestamp(3) without time zone", "timestamp[us]", False),
        ("price", "numeric(10,2)", "decimal128(10, 2)", True),
    ]
    assert state.shape.key == ("id",)

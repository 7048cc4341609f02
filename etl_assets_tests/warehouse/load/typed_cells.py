"""Cells of every type that an extract writes, those at the bounds among them, and the one text that each has."""

from datetime import date, datetime
from decimal import Decimal
from math import inf, isinf, isnan, nan

import pyarrow as pa

DECLARED = (
    "text",
    "bigint",
    "integer",
    "numeric(10,2)",
    "numeric(12,4)",
    "numeric(5,0)",
    "numeric(38,0)",
    "numeric(38,38)",
    "double precision",
    "boolean",
    "date",
    "timestamp",
)
FLOATS: dict[object, str] = {
    0.0: "0",
    0.1: "0.1",
    1.0: "1",
    16777216.0: "16777216",
    3.4028235e38: "3.4028235e+38",
    1e-45: "1e-45",
    -2.5: "-2.5",
    inf: "Infinity",
    -inf: "-Infinity",
}
_MOST = "9" * 38
CELLS: dict[pa.DataType, list[object]] = {
    pa.string(): ["", "NULL", " 1 ", "1", "-007", "1.50", "1e2", "t", "2024-02-29", "2024-02-30", "a\0b", "é😀\n"],
    pa.int16(): [0, 1, -32768, 32767],
    pa.int32(): [0, 1, -(2**31), 2**31 - 1, 99999, 100000],
    pa.int64(): [0, 1, -(2**63), 2**63 - 1, 2**31, -(2**31) - 1, 2**31 - 1],
    pa.float32(): [*FLOATS, nan],
    pa.float64(): [
        *(0.0, -0.0, 0.1, 1.0, 1e15, 1e16, 123456.789, 0.005, 5e-324, -1.7976931348623157e308, 2.5e-7, 0.1 + 0.2),
        *(nan, inf, -inf),
    ],
    pa.bool_(): [True, False],
    pa.date32(): [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)],
    pa.timestamp("us"): [
        datetime.min,  # noqa: DTZ901 - UTC without a zone
        datetime.max,  # noqa: DTZ901 - as above
        datetime(2024, 2, 29),  # noqa: DTZ001 - as above
        datetime(2024, 2, 29, 1, 2, 3, 450000),  # noqa: DTZ001 - as above
    ],
    pa.decimal128(5, 0): [Decimal(0), Decimal(1), Decimal(99999), Decimal(-99999)],
    pa.decimal128(10, 2): [Decimal("0.00"), Decimal("1.00"), Decimal("-0.05"), Decimal("99999999.99")],
    pa.decimal128(12, 4): [Decimal("1.5000"), Decimal("1.5001"), Decimal("99999999.9900"), Decimal("-0.0001")],
    pa.decimal128(38, 0): [Decimal(_MOST), Decimal(f"-{_MOST}"), Decimal(0), Decimal(12345)],
    pa.decimal128(38, 38): [
        Decimal(f"0.{_MOST}"),
        Decimal(f"-0.{_MOST}"),
        Decimal(0),
        Decimal("0.5"),
        Decimal("1e-38"),
    ],
}
"""By type: values at the bounds, and such as fit into a narrower type or do not."""
OUTSIDE: list[tuple[pa.DataType, int, str, str]] = [
    (pa.date32(), 2932897, "date", "not a date as YYYY-MM-DD"),
    (pa.date32(), -719163, "date", "no such date"),
    (pa.timestamp("us"), 253402300800000000, "timestamp", "not a time as YYYY-MM-DD HH:MM:SS"),
    (pa.timestamp("us"), -62135596800000001, "timestamp", "no such time"),
]
"""The first day and microsecond behind the year 9999, and the last before the year 1, as Arrow counts them."""


def text_of(kind: pa.DataType, value: object) -> str:
    """The text that docs/databases.md says."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return FLOATS.get(value, "NaN") if pa.types.is_float32(kind) else _floating(value)
    if isinstance(value, Decimal):
        return format(value, f".{kind.scale}f")
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _floating(value: float) -> str:
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value).removesuffix(".0")

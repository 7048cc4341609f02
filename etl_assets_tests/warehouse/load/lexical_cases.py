"""Texts of every type: the values of some, and why the others are none. Written down from the rules, not computed."""

from datetime import date, datetime
from decimal import Decimal


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def each(texts: str, reason: str) -> dict[str, str]:
    """The same reason for texts that ``·`` separates."""
    return dict.fromkeys(texts.split("·"), reason)


VALUES: dict[str, dict[str, object]] = {
    "text": {"": "", " x ": " x ", "007": "007", "NULL": "NULL", "é😀\n": "é😀\n", "\ufeff": "\ufeff"},
    "integer": {"0": 0, "7": 7, "-7": -7, "+7": 7, "007": 7, "-0": 0, "2147483647": 2**31 - 1, "-2147483648": -(2**31)},
    "bigint": {
        "9223372036854775807": 2**63 - 1,
        "-9223372036854775808": -(2**63),
        "0" * 60 + "5": 5,
        "+0012": 12,
    },
    "numeric(10,2)": {
        "1": Decimal("1.00"),
        "-1.5": Decimal("-1.50"),
        "+1.50": Decimal("1.50"),
        "1.500000": Decimal("1.50"),
        "00012345678.90": Decimal("12345678.90"),
        "99999999.99": Decimal("99999999.99"),
        "-99999999.99": Decimal("-99999999.99"),
        ".5": Decimal("0.50"),
        "5.": Decimal("5.00"),
        "-.05": Decimal("-0.05"),
        "0." + "0" * 50: Decimal("0.00"),
        "+5.0656000000000000e+05": Decimal("506560.00"),
        "1e2": Decimal("100.00"),
        "1E-2": Decimal("0.01"),
        "123.45e1": Decimal("1234.50"),
        "12345e-2": Decimal("123.45"),
        "-0.00001e3": Decimal("-0.01"),
        "0e999": Decimal("0.00"),
        "0e10000": Decimal("0.00"),
        "-.0E-123456789012": Decimal("0.00"),
        ".5e1": Decimal("5.00"),
        "5.e1": Decimal("50.00"),
        "1e0007": Decimal("10000000.00"),
        "100000000000e-10": Decimal("10.00"),
        "-0e-999": Decimal("0.00"),
        "0." + "0" * 998 + "1e999": Decimal("1.00"),
        "1" + "0" * 999 + "e-999": Decimal("1.00"),
    },
    "numeric(38,0)": {
        "9" * 38: Decimal("9" * 38),
        "-" + "9" * 38: Decimal("-" + "9" * 38),
        "1.0": Decimal(1),
        "1e37": Decimal(10**37),
    },
    "numeric(38,38)": {"0." + "9" * 38: Decimal("0." + "9" * 38), "1e-38": Decimal("1e-38")},
    "double precision": {
        "1": 1.0,
        "-1.5": -1.5,
        "+1.5e3": 1500.0,
        ".5": 0.5,
        "5.": 5.0,
        "0.1": 0.1,
        "1e-5": 1e-5,
        "1E5": 1e5,
        "1.7976931348623157e308": 1.7976931348623157e308,
        "5e-324": 5e-324,
        "0": 0.0,
        "0e-999": 0.0,
        "0e10000": 0.0,
        "0.00E-123456789012": 0.0,
        "0.30000000000000004": 0.1 + 0.2,
        "9007199254740993": 9007199254740992.0,
    },
    "boolean": {
        **dict.fromkeys(["true", "TRUE", "t", "1"], True),
        **dict.fromkeys(["false", "False", "F", "0"], False),
    },
    "date": {
        "2020-02-29": date(2020, 2, 29),
        "0001-01-01": date(1, 1, 1),
        "9999-12-31": date(9999, 12, 31),
        "2000-02-29": date(2000, 2, 29),
    },
    "timestamp": {
        "2020-02-29 00:00:00": moment("2020-02-29"),
        "2020-02-29T23:59:59": moment("2020-02-29 23:59:59"),
        "2020-01-02 03:04:05.6": moment("2020-01-02 03:04:05.600"),
        "2020-01-02 03:04:05.123456": moment("2020-01-02 03:04:05.123456"),
        "2020-01-02 03:04:05.1234560000": moment("2020-01-02 03:04:05.123456"),
        "2020-01-02 03:04:05." + "0" * 40: moment("2020-01-02 03:04:05"),
        "0001-01-01 00:00:00": moment("0001-01-01"),
        "9999-12-31 23:59:59.999999": moment("9999-12-31 23:59:59.999999"),
        "2020-01-02 03:04:05Z": moment("2020-01-02 03:04:05"),
        "2020-01-02T03:04:05.5Z": moment("2020-01-02 03:04:05.500"),
        "2020-01-02 03:04:05+02": moment("2020-01-02 01:04:05"),
        "2020-01-02 03:04:05+02:30": moment("2020-01-02 00:34:05"),
        "2020-01-02 03:04:05.25-05:30": moment("2020-01-02 08:34:05.250"),
        "2020-01-02 03:04:05-00:30": moment("2020-01-02 03:34:05"),
        "2019-12-31 23:00:00-01:00": moment("2020-01-01"),
    },
}

NOT_WHOLE, NOT_A_NUMBER = "not a whole number", "not a number"
NOT_A_DATE, NOT_A_TIME = "not a date as YYYY-MM-DD", "not a time as YYYY-MM-DD HH:MM:SS"

REASONS: dict[str, dict[str, str]] = {
    "text": {"a\0b": "it has a NUL character"},
    "integer": {
        **each("· ·1 · 1·1.0·1.5·1e3·0x1F·1_000·1,000·\u0661·+·--1·1\n·NaN·true", NOT_WHOLE),
        **each("2147483648·-2147483649·99999999999999999999", "out of range for integer"),
    },
    "bigint": {
        **each("·1.0·0b1·-", NOT_WHOLE),
        **each("9223372036854775808·-9223372036854775809·12345678901234567890123", "out of range for bigint"),
    },
    "numeric(10,2)": {
        **each(
            "·.·-·1,5·1 000·1.2.3·e5·1e·1e+·1e1.5·NaN·nan·Infinity·-inf·0x10·1_0·$1·1.5\n·\u0663·e·.e1·1d5",
            NOT_A_NUMBER,
        ),
        **each("1.234·0.001·1.005·1e-3·123.456e0·12.3456e1·-0.00001e2·1e-10000", "more than 2 digits behind the point"),
        **each(
            "100000000·100000000.00·-123456789.01·1e8·1e999·-1e10000·1E+123456789012", "out of range for numeric(10,2)"
        ),
    },
    "numeric(38,0)": {
        "0.5": "more than 0 digits behind the point",
        **each(f"1{'0' * 38}·1e38", "out of range for numeric(38,0)"),
    },
    "numeric(38,38)": {
        "1": "out of range for numeric(38,38)",
        "1e-39": "more than 38 digits behind the point",
    },
    "double precision": {
        **each("·NaN·inf·Infinity·-Infinity·1,5·0x1p3· 1·1e·1__0·1f", NOT_A_NUMBER),
        **each("1e309·-1e999·1e-400·0.0001e-400·1e10000·1e-123456789012", "out of range for double precision"),
    },
    "boolean": each("·yes·no·on·2·-1·tr· true·TRUE\n", "neither true nor false"),
    "date": {
        **each("·2020-1-1·20200101·01/02/2020·2020/01/02·2020-01-02 00:00:00· 2020-01-02·12020-01-01", NOT_A_DATE),
        **each("2020-01-01 (BC)·today·infinity·-2020-01-01·\u0662020-01-01", NOT_A_DATE),
        **each(
            "2020-02-30·2019-02-29·1900-02-29·2020-13-01·2020-00-10·2020-01-00·0000-01-01·2020-04-31", "no such date"
        ),
    },
    "timestamp": {
        **each("·2020-01-02·2020-01-02 03:04·2020-01-02 3:04:05·2020-01-02  03:04:05·2020-01-02t03:04:05", NOT_A_TIME),
        **each("2020-01-02 24:00:00·2020-01-02 23:59:60·2020-01-02 23:60:00·2020-01-02 03:04:05.", NOT_A_TIME),
        **each(
            "2020-01-02 03:04:05 Z·2020-01-02 03:04:05 UTC·2020-01-02 03:04:05+2·2020-01-02 03:04:05+0200", NOT_A_TIME
        ),
        **each("2020-01-02 03:04:05+16:00·2020-01-02 03:04:05+02:60·2020-01-02 03:04:05 PM·now·infinity", NOT_A_TIME),
        **each("1577934245·2020-01-02 03:04:05\n", NOT_A_TIME),
        **each(
            "2020-01-02 03:04:05.1234567·2020-01-02 03:04:05.0000001·2020-01-02 03:04:05.12345600001Z",
            "more than 6 digits behind the second",
        ),
        **each("2020-02-30 00:00:00·2020-13-01 00:00:00·0000-01-01 00:00:00·2019-02-29 00:00:00Z", "no such time"),
        **each("0001-01-01 00:00:00+01·9999-12-31 23:59:59-01", "no such time"),
    },
}

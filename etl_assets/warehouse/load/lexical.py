"""Which texts are values of a type, and which value each is: the one place where a text becomes something else.

A pattern decides what a text may look like, then the calendar or the range is checked. Nothing is rounded, cut or
wrapped, and no engine's own cast is asked. The expressions are DuckDB's, as every cast is done in it (``cast.py``).

    text               any text without a NUL character
    bigint, integer    digits, a sign allowed, leading zeros allowed
    numeric(p,s)       digits, a point and a sign allowed, ``1.5e+05`` allowed; at most s digits behind the point, zeros
                       at the end not counted; no NaN, no infinity
    double precision   as numeric, the nearest double; no NaN, no infinity
    boolean            true false t f 1 0, in small or capital letters
    date               YYYY-MM-DD, years 0001 to 9999
    timestamp          YYYY-MM-DD HH:MM:SS, a T between allowed; at most six digits behind the second, zeros at the end
                       not counted; without a zone it is UTC, with Z or an offset as +02:00 it is converted to UTC
"""

from functools import lru_cache
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.schema import Column

_DIGITS: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_EXPONENT: Final = "[eE][+-]?0*[0-9]{1,3}"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SECOND: Final = _DAY + "[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET: Final = "(Z|[+-](0[0-9]|1[0-5])(:[0-5][0-9])?)"

_PATTERNS: Final = {
    "whole": "[+-]?[0-9]+",
    "plain": _DIGITS,
    "scientific": _DIGITS + _EXPONENT,
    "number": _DIGITS + "([eE][+-]?[0-9]+)?",
    "day": _DAY,
    "moment": rf"{_SECOND}(\.[0-9]{{1,6}}0*)?",
    "zoned": rf"{_SECOND}(\.[0-9]{{1,6}}0*)?{_OFFSET}",
    "any_moment": rf"{_SECOND}(\.[0-9]+)?{_OFFSET}?",
    "fine_moment": rf"{_SECOND}\.[0-9]{{6}}[0-9]*[1-9][0-9]*{_OFFSET}?",
    "hours": "([+-][0-9]{2})(:[0-9]{2})?$",
    "minutes": "[+-][0-9]{2}:([0-9]{2})$",
}
"""Regular expressions of RE2, by the names under which the templates below use them."""

_NAMED: Final = {
    "mantissa": "regexp_extract(t, '^[+-]?([0-9.]+)', 1)",
    "all_digits": "replace(mantissa, '.', '')",
    "whole_digits": "strpos(mantissa || '.', '.') - 1",
    "exponent": "try_cast(regexp_extract(t, '[eE](.*)$', 1) as integer)",
    "point": "whole_digits + exponent",
    "is_zero": "not regexp_matches(mantissa, '[1-9]')",
    "sign": "case when starts_with(t, '-') then '-' else '' end",
    "padded": "repeat('0', 1000) || all_digits || repeat('0', 1000)",
    "moved": """
        sign || '0' || ltrim(left(padded, 1000 + point), '0')
        || '.' || rtrim(substr(padded, 1001 + point), '0')
    """,
    "without_exponent": """
        case when regexp_full_match(t, plain) then t when regexp_full_match(t, scientific) then moved end
    """,
    "as_time": "try_cast(t as timestamp)",
    "first_time": "timestamp '0001-01-01 00:00:00'",
    "last_time": "timestamp '9999-12-31 23:59:59.999999'",
    "first_day": "date '0001-01-01'",
    "last_day": "date '9999-12-31'",
    "as_double": "try_cast(t as double)",
    "offset_minutes": """
        case
            when ends_with(t, 'Z') then 0
            else (try_cast(regexp_extract(t, hours, 1) as integer) * 60)
                + case when starts_with(regexp_extract(t, hours, 1), '-') then -1 else 1 end
                * coalesce(try_cast(regexp_extract(t, minutes, 1) as integer), 0)
        end
    """,
    "local_moment": "try_cast(regexp_extract(t, '^.{19}([.][0-9]+)?') as timestamp)",
    "utc": "local_moment - to_minutes(offset_minutes)",
}
"""Steps of the templates below; each may use the others."""

_WHOLE: Final = (
    "case when regexp_full_match(t, whole) then try_cast(t as wanted) end",
    ("not regexp_full_match(t, whole)", "not a whole number"),
    ("true", "out of range for {type}"),
)
_TEMPLATES: Final[dict[str, tuple[str, *tuple[tuple[str, str], ...]]]] = {
    "text": ("case when not contains(t, chr(0)) then t end", ("true", "it has a NUL character")),
    "bigint": _WHOLE,
    "integer": _WHOLE,
    "numeric": (
        """
        case
            when regexp_full_match(t, short) then try_cast(t as wanted)
            when regexp_full_match(t, scientific) then try_cast(regexp_extract(moved, whole_short) as wanted)
            when regexp_full_match(t, number) and is_zero then try_cast('0' as wanted)
        end
        """,
        ("not regexp_full_match(t, number)", "not a number"),
        (
            "coalesce(not regexp_full_match(without_exponent, short), contains(lower(t), 'e-'))",
            "more than {scale} digits behind the point",
        ),
        ("true", "out of range for {type}"),
    ),
    "double precision": (
        """
        case
            when not regexp_full_match(t, number) then null
            when is_zero then try_cast(sign || '0' as double)
            when isfinite(as_double) and as_double <> 0 then as_double
        end
        """,
        ("not regexp_full_match(t, number)", "not a number"),
        ("true", "out of range for {type}"),
    ),
    "boolean": (
        "case when lower(t) in ('true', 't', '1') then true when lower(t) in ('false', 'f', '0') then false end",
        ("true", "neither true nor false"),
    ),
    "date": (
        "case when regexp_full_match(t, day) and try_cast(t as date) >= date '0001-01-01' then try_cast(t as date) end",
        ("not regexp_full_match(t, day)", "not a date as YYYY-MM-DD"),
        ("true", "no such date"),
    ),
    "timestamp": (
        """
        case
            when regexp_full_match(t, moment) and as_time >= first_time then as_time
            when regexp_full_match(t, zoned) and utc between first_time and last_time then utc
        end
        """,
        ("regexp_full_match(t, fine_moment)", "more than 6 digits behind the second"),
        ("not regexp_full_match(t, any_moment)", "not a time as YYYY-MM-DD HH:MM:SS"),
        ("true", "no such time"),
    ),
}
"""By type: the value, then conditions under which a text is none, with what is said."""
_TAKEN: Final = {
    "double precision": "case when isfinite(t) then t end",
    "date": "case when t between first_day and last_day then t end",
    "timestamp": "case when t between first_time and last_time then t end",
}
"""The value of a ``t`` that is no text and has the column's type: that which its text would be, by the rules above."""


def value_of(column: Column, text: exp.Expr) -> exp.Expr:
    """The value that an expression's text is in a column; NULL when it is none."""
    return _said_of(_value(column.type, _scale(column)), text)


def taken_value(column: Column, cell: exp.Expr) -> exp.Expr:
    """The value that an expression of the column's own type is in it; NULL when its text would be none."""
    return _said_of(_taken(column.type, _scale(column)), cell)


def reason_of(column: Column, text: exp.Expr) -> exp.Expr:
    """Why an expression's text is no value of a column; means nothing when it is one."""
    return _said_of(_reason(column.type, _scale(column)), text)


def _scale(column: Column) -> int:
    return (column.precision_and_scale or (0, 0))[1]


@lru_cache(maxsize=64)
def _value(kind: str, scale: int) -> exp.Expr:
    """The value of the text ``t``."""
    return _put(_template(kind)[0], _parts(kind, scale))


@lru_cache(maxsize=64)
def _taken(kind: str, scale: int) -> exp.Expr:
    return _put(_TAKEN.get(kind, "cast(t as wanted)"), _parts(kind, scale))


@lru_cache(maxsize=64)
def _reason(kind: str, scale: int) -> exp.Expr:
    parts, chain = _parts(kind, scale), exp.Case()
    for condition, words in _template(kind)[1:]:
        chain = chain.when(_put(condition, parts), exp.Literal.string(words.format(type=kind, scale=scale)))
    return chain


def _template(kind: str) -> tuple[str, *tuple[tuple[str, str], ...]]:
    return _TEMPLATES[kind.partition("(")[0]]


def _parts(kind: str, scale: int) -> dict[str, exp.Expr]:
    """What the templates' names stand for in a column of this type."""
    short = rf"[+-]?([0-9]+(\.[0-9]{{0,{scale}}}0*)?|\.{f'[0-9]{{1,{scale}}}' if scale else '0'}0*)"
    scaled = {"short": short, "whole_short": rf"\A({short})\z"}
    patterns = {name: exp.Literal.string(pattern) for name, pattern in (_PATTERNS | scaled).items()}
    return {**patterns, "wanted": exp.DataType.build(kind, dialect="postgres")}


def _put(template: str, parts: dict[str, exp.Expr]) -> exp.Expr:
    """A template with its names but ``t`` replaced; a name may stand for another template."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in _NAMED:
            return exp.paren(_put(_NAMED[node.name], parts), copy=False)
        if isinstance(node, exp.Column) and node.name in parts:
            return parts[node.name].copy()
        if isinstance(node, exp.DataType) and str(node.args.get("kind")) == "wanted":
            return parts["wanted"].copy()
        return node

    return _parsed(template).transform(replaced)


def _said_of(said: exp.Expr, text: exp.Expr) -> exp.Expr:
    """A finished template with a text in the place of ``t``."""
    return said.transform(lambda node: text.copy() if isinstance(node, exp.Column) and node.name == "t" else node)


@lru_cache(maxsize=256)
def _parsed(template: str) -> exp.Expr:
    return parse_one(template, dialect="duckdb")

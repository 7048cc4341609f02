"""Cells that have a type in the lake, as those of a database's extract do. Whether one is a value, its text decides.

Every cell has one text, and ``lexical.py`` says what that is in a column. Where the lake's type carries the declared
one exactly, the cell is taken as it is, without its text: the same value, only faster.

    whole numbers      digits, a sign where negative
    decimal128(p, s)   with s digits behind the point, and one before it at least
    float, double      the shortest text that reads as the same number of its own type, as 0.1, 3, 1e+16; NaN, Infinity
    bool               true false
    date32             YYYY-MM-DD
    timestamp          YYYY-MM-DD HH:MM:SS.ffffff
"""

import re
from functools import lru_cache
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.schema import Column

TEXT: Final = "string"
_DECIMAL: Final = re.compile(r"decimal128\((\d+), (\d+)\)")
_EXACT: Final = {
    "bigint": {"int16", "int32", "int64"},
    "integer": {"int16", "int32"},
    "double precision": {"double"},
    "boolean": {"bool"},
    "date": {"date32[day]"},
    "timestamp": {"timestamp[us]"},
}
"""By declared type the lake's types that carry it exactly; a numeric is carried by decimals that are no longer."""
_PLAIN: Final = "cast(t as varchar)"
_FLOATING: Final = """
    case
        when isfinite(t) then regexp_replace(cast(t as varchar), '[.]0$', '')
        when isnan(t) then 'NaN'
        when t > 0 then 'Infinity'
        when t < 0 then '-Infinity'
    end
"""
_TEXTS: Final = {
    **dict.fromkeys(("int16", "int32", "int64", "bool"), _PLAIN),
    **dict.fromkeys(("float", "double"), _FLOATING),
    "date32[day]": "strftime(t, '%Y-%m-%d')",
    "timestamp[us]": "strftime(t, '%Y-%m-%d %H:%M:%S.%f')",
    TEXT: "t",
}


def is_known(kind: str) -> bool:
    """Whether a type of the lake, as Arrow names it, has texts."""
    return kind in _TEXTS or _DECIMAL.fullmatch(kind) is not None


def carries(kind: str, column: Column) -> bool:
    """Whether each cell of a type of the lake has the column's type already, so that its text need not be asked."""
    there, declared = _DECIMAL.fullmatch(kind), column.precision_and_scale
    if there and declared:
        (digits, scale), (most, behind) = map(int, there.groups()), declared
        return scale <= behind and digits - scale <= most - behind
    return kind in _EXACT.get(column.type, ())


def text_of(kind: str, cell: exp.Expr) -> exp.Expr:
    """The text of an expression that has a type of the lake."""
    template = _template(kind)
    return template.transform(lambda node: cell.copy() if isinstance(node, exp.Column) and node.name == "t" else node)


@lru_cache(maxsize=64)
def _template(kind: str) -> exp.Expr:
    if found := _TEXTS.get(kind):
        return parse_one(found, dialect="duckdb")
    scaled = _DECIMAL.fullmatch(kind)
    is_all_behind = scaled is not None and scaled[1] == scaled[2]
    text = "regexp_replace(cast(t as varchar), '^(-?)[.]', '\\10.')" if is_all_behind else _PLAIN
    return parse_one(text, dialect="duckdb")

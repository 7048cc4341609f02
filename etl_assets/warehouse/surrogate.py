"""Surrogate keys as SQL: a function of the natural key and ``valid_from`` alone, alike on every engine and rebuild.

The text that is hashed is ``<key>|<valid_from with microseconds>``. A single column's text is its own; of several, each
part is prefixed by its length in bytes, so ('a', 'bc') and ('ab', 'c') differ.
"""

from collections.abc import Sequence

from sqlglot import exp

from etl_assets.warehouse.dialects import Dialect


def surrogate_key(parts: Sequence[exp.Expr], moment: exp.Expr, dialect: type[Dialect], *, salt: str = "") -> exp.Expr:
    """60 bits of an md5 as a bigint that is never negative."""
    time = dialect.expression(dialect.TEXT_TIME, moment)
    text = [key_text(parts, dialect), exp.Literal.string("|"), time, *([exp.Literal.string(salt)] if salt else [])]
    return exp.paren(dialect.expression(dialect.KEY_HASH, _concat(text)))


def key_text(parts: Sequence[exp.Expr], dialect: type[Dialect]) -> exp.Expr:
    """A natural key as one text."""
    texts = [exp.cast(part.copy(), "text") for part in parts]
    return texts[0] if len(texts) == 1 else _concat([_prefixed(text, dialect) for text in texts])


def _prefixed(text: exp.Expr, dialect: type[Dialect]) -> exp.Expr:
    length = exp.cast(dialect.expression(dialect.BYTE_LENGTH, text), "text")
    return _concat([length, exp.Literal.string(":"), text])


def _concat(parts: Sequence[exp.Expr]) -> exp.Expr:
    joined = parts[0].copy()
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part.copy(), safe=True)
    return exp.paren(joined)

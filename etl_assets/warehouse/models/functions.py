"""The functions of ours that a model's SQL may call, since no portable SQL says the same.

- ``hours_between(earlier, later)``: whole microseconds, divided once as doubles.
- ``exact_mean(x)``: the mean of doubles, each taken apart into its whole part and its parts of a million million. Both
  are added up as whole numbers and divided once. Doubles added up in another order give other last digits, so ``avg``
  may differ from one reading of the same rows to the next, and engines cast doubles to decimals with unequal digits.
"""

from sqlglot import exp

from etl_assets.warehouse.dialects import Dialect

_SHARES = "1000000000000"


def expand(node: exp.Expr, dialect: type[Dialect]) -> exp.Expr:
    """A call of ours as the engine's own SQL; any other node as it is. Calls inside of calls are expanded too."""
    if not isinstance(node, exp.Anonymous):
        return node
    arguments = [argument.transform(expand, dialect) for argument in node.expressions]
    if node.name.lower() == "hours_between":
        return _hours_between(*arguments, dialect=dialect)
    return _exact_mean(*arguments) if node.name.lower() == "exact_mean" else node


def _hours_between(earlier: exp.Expr, later: exp.Expr, *, dialect: type[Dialect]) -> exp.Expr:
    microseconds = dialect.expression(dialect.MICROSECONDS_BETWEEN, earlier, later)
    return _divided(microseconds, _double("3600000000"))


def _exact_mean(values: exp.Expr) -> exp.Expr:
    value = exp.cast(values, "double")
    share = exp.paren(value - exp.Floor(this=value.copy())) * _double(_SHARES) + _double("0.5")
    shares = _divided(_sum_of_whole(share), _double(_SHARES))
    total = exp.paren(exp.cast(_sum_of_whole(value), "double") + shares)
    return _divided(total, exp.Nullif(this=exp.Count(this=values.copy()), expression=exp.Literal.number(0)))


def _sum_of_whole(value: exp.Expr) -> exp.Expr:
    """Exact on every engine, in whatever order the rows come."""
    return exp.Sum(this=exp.cast(exp.Floor(this=value.copy()), "bigint"))


def _double(number: str) -> exp.Expr:
    return exp.cast(number, "double")


def _divided(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    return exp.paren(exp.Div(this=exp.cast(dividend, "double"), expression=divisor, typed=True))

"""The functions of ours that a model's SQL may call, since no portable SQL says the same.

- ``hours_between(earlier, later)``: whole microseconds, divided once as doubles.
- ``exact_mean(x)``: the mean of doubles, added up as decimals with twelve digits behind the point. Doubles added up in
  another order give other last digits, so ``avg`` may differ from one reading of the same rows to the next.
"""

from sqlglot import exp

from etl_assets.warehouse.dialects import Dialect

_DECIMAL = "numeric(38, 12)"


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
    return _divided(microseconds, exp.cast("3600000000", "double"))


def _exact_mean(values: exp.Expr) -> exp.Expr:
    total = exp.Sum(this=exp.cast(values, exp.DataType.build(_DECIMAL, dialect="postgres")))
    return _divided(total, exp.Nullif(this=exp.Count(this=values.copy()), expression=exp.Literal.number(0)))


def _divided(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    return exp.paren(exp.Div(this=exp.cast(dividend, "double"), expression=divisor, typed=True))

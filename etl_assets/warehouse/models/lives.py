"""A dimension's versions as facts look at them: which one holds at a fact's time (docs/history.md).

Facts stand under the alias ``f``. What a key's versions leave open, a member decides: its ``before_first``, ``in_gap``.
"""

from collections.abc import Sequence

from sqlglot import exp, parse_one
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from etl_assets.warehouse.models.declare import Member
from etl_assets.warehouse.models.pointers import Dimension

Among = tuple[str, Sequence[str]]
"""A table, and its columns, that hold the only keys that matter."""


def same(left: str, columns: Sequence[str], right: str, others: Sequence[str]) -> exp.Expr:
    """Whether two tables agree in columns, pair by pair."""
    pairs = zip(columns, others, strict=True)
    return exp.and_(
        *(
            exp.column(one, table=left, quoted=True).eq(exp.column(other, table=right, quoted=True))
            for one, other in pairs
        )
    )


def surrogate(known: Dimension, alias: str) -> exp.Expr:
    """The surrogate key of a version."""
    return exp.column(known.surrogate, table=alias, quoted=True)


def every_version(known: Dimension, alias: str) -> exp.Expr:
    """The dimension itself."""
    return exp.alias_(exp.to_table(known.table.qualified), alias, table=True)


def moment(member: Member) -> exp.Expr:
    """The fact's time; a column's name without quotes means the same in small letters."""
    tree = exp.paren(normalize_identifiers(parse_one(member.at or "null", dialect="postgres"), dialect="postgres"))
    for column in tree.find_all(exp.Column):
        column.set("table", exp.to_identifier("f"))
    return tree


def columns_of_moment(member: Member) -> list[str]:
    """The fact's columns that its time is made of."""
    return [column.name for column in moment(member).find_all(exp.Column)]


def holds(member: Member, alias: str) -> exp.Expr:
    """Whether a version of ``neighbours``, or of the dimension itself, is the one for the fact's time."""
    at = moment(member)
    begins, ends, follows = (exp.column(name, table=alias) for name in ("valid_from", "valid_to", "_next_from"))
    goes_on = ends > at.copy()
    if member.in_gap == "last_before":
        goes_on = exp.or_(follows.is_(exp.null()), follows > at.copy())
    during = exp.and_(begins <= at.copy(), goes_on)
    if member.before_first == "first":
        during = exp.or_(during, exp.and_(exp.column("_is_first", table=alias), begins > at.copy()))
    return exp.or_(exp.column("is_inferred", table=alias), during)


def still_holds(known: Dimension, member: Member, alias: str) -> exp.Expr:
    """The surrogate key of the last version that has begun by the fact's time, if that is the one for it."""
    goes_on = exp.column("valid_to", table=alias) > moment(member)
    if member.in_gap == "last_before":
        goes_on = moment(member).is_(exp.null()).not_()
    return exp.Case().when(exp.or_(exp.column("is_inferred", table=alias), goes_on), surrogate(known, alias))


def neighbours(known: Dimension, among: Among | None) -> exp.Select:
    """The versions of certain keys, each with the beginning of the next and whether it is the first."""
    natural = [exp.column(name, table="k", quoted=True) for name in known.natural]
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("valid_from", table="k"))])
    following = exp.Lead(this=exp.column("valid_from", table="k"))
    windows = [
        exp.Window(this=function, partition_by=[column.copy() for column in natural], order=order.copy())
        for function in (following, exp.RowNumber())
    ]
    query = (
        exp.select(exp.column(known.surrogate, table="k", quoted=True), *natural)
        .select(*(exp.column(name, table="k") for name in ("valid_from", "valid_to", "is_inferred")))
        .select(exp.alias_(windows[0], "_next_from"), exp.alias_(windows[1].eq(1), "_is_first"))
        .from_(every_version(known, "k"))
    )
    return query.where(_is_among(known, among)) if among else query


def beginnings(known: Dimension, member: Member, among: Among | None) -> exp.Select:
    """The versions of certain keys, each with ``_begins``: from then on facts may point to it, some since ever."""
    is_first = member.before_first == "first"
    always: exp.Expr = exp.column("is_inferred", table="k")
    if is_first:
        always = exp.or_(always, exp.column("_is_first", table="k"))
    begins = exp.Case().when(always, since_ever()).else_(exp.column("valid_from", table="k"))
    names = (known.surrogate, *known.natural, "is_inferred", "valid_to")
    query = exp.select(*(exp.column(name, table="k", quoted=True) for name in names), exp.alias_(begins, "_begins"))
    if is_first:
        return query.from_(neighbours(known, among).subquery("k"))
    query = query.from_(every_version(known, "k"))
    return query.where(_is_among(known, among)) if among else query


def since_ever() -> exp.Expr:
    """Before every time; the time of a fact without one, which thus meets those that have always held."""
    return exp.cast(exp.Literal.string("-infinity"), "timestamp")


def _is_among(known: Dimension, among: Among) -> exp.Expr:
    table, columns = among
    return exp.Exists(this=exp.select("1").from_(f"{table} as a").where(same("a", columns, "k", known.natural)))

"""What the engines' SQL differs in, as facts on a class. Knows no connection."""

from typing import ClassVar

from sqlglot import exp, parse_one


class Dialect:
    """PostgreSQL's dialect, in which all SQL of the project is written."""

    NAME: ClassVar[str] = "postgres"
    """sqlglot's name for it; also the ending of an override, ``<table>.<name>.sql``."""
    ROW_ID: ClassVar[str] = "ctid"
    """The column that finds a row again within a transaction."""
    PLACEHOLDER: ClassVar[str] = "%({})s"
    """How the driver marks a bound value."""
    KEY_HASH: ClassVar[str] = "('x' || substr(md5(t), 1, 15))::bit(60)::bigint"
    """60 bits of the md5 of the text ``t`` as a number that is never negative (docs/history.md)."""
    BINARY_ORDER: ClassVar[str] = 't collate "C"'
    """The text ``t`` ordered by its bytes, whatever the database's collation."""
    BYTE_LENGTH: ClassVar[str] = "octet_length(t)"
    """The bytes of the text ``t`` in UTF-8."""
    UPDATES_IN_PLACE: ClassVar[bool] = True
    """Whether UPDATE is cheaper than deleting and inserting; with an index, DuckDB takes 3 to 4 times as long."""
    TEXT_TIME: ClassVar[str] = "to_char(t, 'YYYY-MM-DD HH24:MI:SS.US')"
    """A timestamp as text with microseconds, years zero-padded to four digits."""
    FLOAT_BITS: ClassVar[str] = "cast(cast('x' || encode(float8send(t), 'hex') as bit(64)) as text)"
    """The 64 bits of the float ``t`` as text."""
    FRACTION_TEXT: ClassVar[str] = "cast(t as text)"
    """The decimal ``t``, which has no digits before its point, as text with a nought there."""
    ISO_DATES: ClassVar[str] = "set local datestyle = 'ISO'"
    """What makes the session write dates and times in ISO's form; empty where it always does."""
    NEEDS_ANALYZE: ClassVar[bool] = True
    """Whether a temporary table should be analysed before it is joined."""

    READS_BY_INDEX: ClassVar[bool] = True
    """Whether an index makes reading a few keys cheaper; DuckDB scans columns instead."""
    HAS_PARTIAL_INDEXES: ClassVar[bool] = True
    """Whether an index may cover only the rows that meet a condition."""
    DESCRIBES: ClassVar[bool] = False
    """Whether ``describe t`` and ``summarize t`` give rows as a query does."""

    VIEWS_BIND: ClassVar[bool] = True
    """Whether what a view reads cannot be dropped; elsewhere a view is only a text until it is asked."""

    COUNTS: ClassVar[str] = "model/estimated_counts"
    """The statement that tells how many versions and keys a dimension has, without reading it."""
    MANY_VERSIONS: ClassVar[float] = 6
    """Versions a key from which on it is cheaper to order facts and versions by time than to compare each with each."""
    FEW_FACTS: ClassVar[float] = 0.1
    """Facts a version up to which it is cheaper still to look each up in an index."""
    JOINS_AS_OF: ClassVar[bool] = False
    """Whether there is a join to the last row that is not later."""

    MICROSECONDS_BETWEEN: ClassVar[str] = "cast(round(extract(epoch from u - t) * 1000000) as bigint)"
    """The microseconds from the timestamp ``t`` to the timestamp ``u``, a whole number."""

    @classmethod
    def expression(cls, template: str, t: exp.Expr, u: exp.Expr | None = None) -> exp.Expr:
        """One of the templates above with expressions in the place of ``t`` and ``u``."""
        put = {"t": t, "u": u}
        return parse_one(template, dialect=cls.NAME).transform(
            lambda node: (
                exp.paren(found.copy())
                if isinstance(node, exp.Column) and (found := put.get(node.name)) is not None
                else node
            ),
        )


class Postgres(Dialect):
    """PostgreSQL 13 or newer."""


class DuckDB(Dialect):
    """DuckDB, one writing process a file."""

    NAME: ClassVar[str] = "duckdb"
    ROW_ID: ClassVar[str] = "rowid"
    PLACEHOLDER: ClassVar[str] = "${}"
    KEY_HASH: ClassVar[str] = "('0x' || substr(md5(t), 1, 15))::bigint"
    BINARY_ORDER: ClassVar[str] = "t"
    BYTE_LENGTH: ClassVar[str] = "strlen(t)"
    MICROSECONDS_BETWEEN: ClassVar[str] = "date_diff('microsecond', t, u)"
    UPDATES_IN_PLACE: ClassVar[bool] = False
    FLOAT_BITS: ClassVar[str] = "cast(cast(t as bit) as text)"
    FRACTION_TEXT: ClassVar[str] = "regexp_replace(cast(t as text), '^(-?)[.]', '\\10.')"
    ISO_DATES: ClassVar[str] = ""
    TEXT_TIME: ClassVar[str] = "strftime(t, '%Y-%m-%d %H:%M:%S.%f')"
    NEEDS_ANALYZE: ClassVar[bool] = False
    READS_BY_INDEX: ClassVar[bool] = False
    HAS_PARTIAL_INDEXES: ClassVar[bool] = False
    VIEWS_BIND: ClassVar[bool] = False
    COUNTS: ClassVar[str] = "model/counts"
    MANY_VERSIONS: ClassVar[float] = 16
    FEW_FACTS: ClassVar[float] = 0
    JOINS_AS_OF: ClassVar[bool] = True
    DESCRIBES: ClassVar[bool] = True


class MariaDB(Dialect):
    """MariaDB 10.6 or MySQL 8; models are rendered for it."""

    NAME: ClassVar[str] = "mysql"
    ROW_ID: ClassVar[str] = "_rowid"
    KEY_HASH: ClassVar[str] = "cast(conv(substr(md5(t), 1, 15), 16, 10) as signed)"
    BINARY_ORDER: ClassVar[str] = "cast(t as binary)"
    TEXT_TIME: ClassVar[str] = "date_format(t, '%Y-%m-%d %H:%i:%s.%f')"
    MICROSECONDS_BETWEEN: ClassVar[str] = "timestampdiff(microsecond, t, u)"


class Redshift(Dialect):
    """Redshift; models are rendered for it."""

    NAME: ClassVar[str] = "redshift"
    KEY_HASH: ClassVar[str] = "strtol(substr(md5(t), 1, 15), 16)"
    MICROSECONDS_BETWEEN: ClassVar[str] = "datediff(microsecond, t, u)"
    BINARY_ORDER: ClassVar[str] = "t"


ALL: tuple[type[Dialect], ...] = (DuckDB, Postgres, MariaDB, Redshift)

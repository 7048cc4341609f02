"""Engines that find every fact's version by one form, whatever would be cheapest."""

from math import inf
from typing import ClassVar, TypeVar, cast

from etl_assets.warehouse.dialects import Dialect, DuckDB, Postgres
from etl_assets.warehouse.engines import Engine

_Kind = TypeVar("_Kind", bound=Engine)


class RangeOnDuckDB(DuckDB):
    """Every version of the key, cut down to the one that holds."""

    MANY_VERSIONS: ClassVar[float] = inf


class AsOfOnDuckDB(DuckDB):
    """The engine's own join."""

    MANY_VERSIONS: ClassVar[float] = 0


class TimelineOnDuckDB(AsOfOnDuckDB):
    """Facts and versions in one order."""

    JOINS_AS_OF: ClassVar[bool] = False


class RangeOnPostgres(Postgres):
    """Every version of the key, cut down to the one that holds."""

    MANY_VERSIONS: ClassVar[float] = inf


class TimelineOnPostgres(Postgres):
    """Facts and versions in one order."""

    MANY_VERSIONS: ClassVar[float] = 0
    FEW_FACTS: ClassVar[float] = 0


class LateralOnPostgres(Postgres):
    """A look into the index for each fact."""

    MANY_VERSIONS: ClassVar[float] = 0
    FEW_FACTS: ClassVar[float] = inf


ON_DUCKDB: tuple[type[Dialect], ...] = (RangeOnDuckDB, AsOfOnDuckDB, TimelineOnDuckDB)
ON_POSTGRES: tuple[type[Dialect], ...] = (RangeOnPostgres, TimelineOnPostgres, LateralOnPostgres)


def forced(kind: type[_Kind], dialect: type[Dialect]) -> type[_Kind]:
    """A class of engines like another one, with other facts about its SQL."""
    return cast("type[_Kind]", type(kind.__name__, (kind,), {"DIALECT": dialect}))

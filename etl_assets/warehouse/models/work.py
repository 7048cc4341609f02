"""One build under way."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp

from etl_assets.names import TableName
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import scope
from etl_assets.warehouse.models.declare import Model
from etl_assets.warehouse.models.reads import Behind
from etl_assets.warehouse.models.sql import ModelSql


@dataclass(kw_only=True)
class Work:
    """One build under way.

    Args:
        session: Its transaction.
        model: What is built.
        sql: The model's SQL.
        is_new: Whether it was never built with this definition.
        versions: The upstreams' versions that it consumes.
        behind: The upstreams, each with what stands behind it where it is a view.
        since: The upstreams' versions that the last build consumed; empty when everything is asked again, as it is when
            one of them is not known, since it was declared otherwise.
        restated: The time from which keys are asked again that nothing new is known of; None for none.
        actions: Rows written by action.
        repointed: Facts that moved, by fact and column.
        touched: The number of keys asked again; -1 for all.
        upstreams: The upstreams that tell touched keys.
        inferred: The inferred members that dimensions got, by dimension.
        forgotten: Those that they lost.
    """

    session: Session
    model: Model
    sql: ModelSql
    is_new: bool
    versions: dict[str, int]
    behind: Behind
    since: dict[str, int]
    restated: datetime | None = None
    actions: dict[str, int] = field(default_factory=dict)
    repointed: dict[tuple[str, str], int] = field(default_factory=dict)
    touched: int = -1
    upstreams: dict[TableName, scope.Upstream] = field(default_factory=dict)
    inferred: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, tuple[str, ...]]:
        """The columns that hold the model's key in each of the upstreams that tell touched keys."""
        return {name.key: upstream.columns for name, upstream in self.upstreams.items()}

    @property
    def query(self) -> exp.Expr:
        """The model's query over everything."""
        return self.sql.for_engine(self.session.dialect)

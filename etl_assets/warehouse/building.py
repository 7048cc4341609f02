"""Building a model of whatever kind."""

from pathlib import Path

from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.documents.declare import Documents
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import Model
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.models.restate import Restated


def build(engine: Engine, model: Model, *, sql_root: Path = SQL_ROOT, restated: Restated | None = None) -> BuildReport:
    """Bring a model up to date with its upstreams; one of documents is always asked whole.

    Args:
        engine: The warehouse.
        model: What is built.
        sql_root: The folder of the SQL files.
        restated: What to ask again though nothing has changed.

    Raises:
        BlockingCheckFailed: When new rows break a blocking check; the table stands as it was.
        DeclarationError: When the declaration does not fit the SQL.
        LoadRefused: When documents cannot be laid out.
    """
    if isinstance(model, Documents):
        from etl_assets.warehouse.documents.build import build_documents  # noqa: PLC0415 - slow, for documents alone

        return build_documents(engine, model, sql_root=sql_root, is_forced=restated is not None)
    from etl_assets.warehouse.models.build import build_model  # noqa: PLC0415 - needed in a run only

    return build_model(engine, model, sql_root=sql_root, restated=restated)

"""Making a warehouse again: load and build everything aside, keep what was decided, then swap."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from etl_assets.errors import WarehouseBusy
from etl_assets.failpoints import reach
from etl_assets.lake.lake import Lake
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.building import build
from etl_assets.warehouse.engines import Engine, Session
from etl_assets.warehouse.engines.aside import Swapped
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets.warehouse.rebuild.kept import Kept

Told = Callable[[str, LoadReport | BuildReport | None], None]
"""Called with a table's key when its load or build begins, and again with what came of it."""
_TIMES: Final = 3


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a person decides for a rebuild, beside what was decided before.

    Args:
        allow_closing: Let a snapshot close more keys than its dataset allows.
        put_aside: Paths of files that go to the quarantine whole where a load refuses them.
    """

    allow_closing: bool = False
    put_aside: Collection[str] = ()


def rebuild(
    engine: Engine,
    warehouse: str,
    declared: Declared,
    lake: Lake,
    *,
    rules: Rules,
    told: Told = lambda _name, _report: None,
    sql_root: Path = SQL_ROOT,
) -> Swapped:
    """Make a warehouse again from the lake alone; the one that is there stands until the new one is whole.

    Args:
        engine: Where it is.
        warehouse: Its name.
        declared: All that belongs to it, models behind what they read.
        lake: Where its files are.
        rules: What a person decides.
        told: Hears of the progress.
        sql_root: The folder of the SQL files.

    Raises:
        EtlError: When the new one cannot be made or swapped in; the old one stands as it was.
    """
    tables = [*(one.table for one in declared.datasets), *(model.table for model in declared.models)]
    with engine.rebuilding(warehouse, tables) as aside:
        for _ in range(_TIMES):
            with aside.old.reading() as session:
                kept = _kept(session, declared)
            for one in kept:
                one.adopt(lake)
            aside.begin()
            _make(aside.engine, kept, declared, lake, rules=rules, told=told, sql_root=sql_root)
            reach("rebuild.before_swap")
            if swapped := aside.swap(partial(_covers, kept, declared)):
                reach("rebuild.after_swap")
                return swapped
    message = f"The warehouse {warehouse} was loaded by another run each time its rebuild was whole."
    raise WarehouseBusy(message, mend="Rebuild it when no run is due.")


def _kept(session: Session, declared: Declared) -> list[Kept]:
    return [Kept.of(session, dataset) for dataset in declared.datasets]


def _covers(made: Sequence[Kept], declared: Declared, session: Session) -> bool:
    """Whether nothing was loaded meanwhile that the new warehouse does not know of."""
    return all(new.loaded <= old.loaded for old, new in zip(made, _kept(session, declared), strict=True))


def _make(
    engine: Engine,
    kept: Sequence[Kept],
    declared: Declared,
    lake: Lake,
    *,
    rules: Rules,
    told: Told,
    sql_root: Path,
) -> None:
    for one in kept:
        told(one.dataset.name, None)
        report = load_dataset(engine, one.dataset, lake, allow_closing=rules.allow_closing, put_aside=rules.put_aside)
        with engine.writing() as session:
            one.put_back(session)
        told(one.dataset.name, report)
    for model in declared.models:
        told(model.name, None)
        told(model.name, build(engine, model, sql_root=sql_root))

"""The promise that a change of the source is in the warehouse within half an hour, and who is told when it is not.

What is late is not what was made long ago: a table whose source rests is as it should be. Late is a table that was not
extracted, one of which the lake has more than the warehouse, and one that is older than what it is made of. All of it
is one wait, from the extract before the one that brought the change: what waits next goes on from what waited before.
"""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.errors import EtlError
from etl_assets.factories.extracting import missing
from etl_assets.factories.metadata import asset_key
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import Manifest
from etl_assets.notify.message import Channel, Message
from etl_assets.warehouse.engines import Engine
from etl_assets.words import counted, few

if TYPE_CHECKING:
    from etl_assets.factories.extracting import Extracts

_EVERY_SECONDS: Final = 30
_LOOKED_AT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Something that has not reached the warehouse yet.

    Args:
        why: In words.
        mark: As long as it is the same, it is the same that waits.
        since: From when on, in seconds; None when it is not known.
        made_of: What it waits for, or has waited for: it does so since that waited.
    """

    why: str
    mark: str = ""
    since: float | None = None
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits, as one tick hands it to the next.

    Args:
        why: In words.
        mark: As of ``Behind``.
        since: From when on, in seconds.
        told: What people were told of it: nothing, ``warning`` or ``error``.
    """

    why: str
    mark: str
    since: float
    told: str = ""


def promise_sensor(extracts: "Extracts") -> dg.SensorDefinition:
    """The sensor that watches over the promise of a warehouse."""
    name = extracts.warehouse

    @dg.sensor(
        name=f"{name}_promise",
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Tells people of what is not in the warehouse after {_minutes(extracts.late)} minutes.",
    )
    def promise(
        context: dg.SensorEvaluationContext,
        warehouse: dg.ResourceParam[Engine],
        lake: dg.ResourceParam[Lake],
        sources: dg.ResourceParam[Sources],
        notifier: dg.ResourceParam[Channel],
    ) -> dg.SensorResult | dg.SkipReason:
        before, found = read(context.cursor), _not_extracted(extracts, context.instance)
        try:
            if without := missing(name, extracts.datasets, sources, lake):
                return dg.SkipReason(without)
            found |= _not_built(extracts, warehouse, lake)
        except EtlError as error:
            found = _as_before(before) | found | {name: Behind(why=str(error), mark="unreachable")}
        waiting = told(extracts, waits(found, before, now=time.time()), notifier, now=time.time())
        late = [one for one, what in waiting.items() if what.told]
        said = f"Late: {few(late)}." if late else "All is in time."
        return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=kept(waiting))

    return promise


def waits(found: Mapping[str, Behind], before: Mapping[str, Waiting], *, now: float) -> dict[str, Waiting]:
    """What waits now; what waited before in the same state, or for what waited, has waited since then."""
    waiting: dict[str, Waiting] = {}
    for name, what in found.items():
        known = before.get(name)
        same = known if known and known.mark == what.mark else None
        behind = [same] if same else [before[one] for one in what.made_of if one in before]
        times = [one.since for one in behind] + ([] if what.since is None else [what.since])
        waiting[name] = Waiting(
            why=what.why, mark=what.mark, since=min(times, default=now), told=same.told if same else ""
        )
    return waiting


def told(extracts: "Extracts", waiting: Mapping[str, Waiting], notifier: Channel, *, now: float) -> dict[str, Waiting]:
    """Tell people of what is late, once as a warning and once as an error; gives what then is known."""
    after = dict(waiting)
    for severity, limit in (("error", extracts.promised), ("warning", extracts.late)):
        news = {
            name: what
            for name, what in after.items()
            if now - what.since >= limit.total_seconds() and what.told not in {severity, "error"}
        }
        if news:
            notifier.send(_message(extracts.warehouse, severity, limit, news))
            after |= {
                name: Waiting(why=what.why, mark=what.mark, since=what.since, told=severity)
                for name, what in news.items()
            }
    return after


def read(cursor: str | None) -> dict[str, Waiting]:
    """What the tick before has kept."""
    return {name: Waiting(**found) for name, found in json.loads(cursor or "{}").items()}


def kept(waiting: Mapping[str, Waiting]) -> str:
    """What the next tick is to know."""
    return json.dumps({name: vars(what) for name, what in waiting.items()})


def _as_before(before: Mapping[str, Waiting]) -> dict[str, Behind]:
    """What waited when it could be looked at last: as long as a run holds the warehouse, nothing else is known."""
    return {name: Behind(why=what.why, mark=what.mark, since=what.since) for name, what in before.items()}


def _not_extracted(extracts: "Extracts", instance: dg.DagsterInstance) -> dict[str, Behind]:
    """Every table: each waits since it was extracted last."""
    records = {record.asset_entry.asset_key: record for record in instance.get_asset_records(_keys(extracts))}
    found: dict[str, Behind] = {}
    for name, key in zip(extracts.raw_keys, _keys(extracts), strict=True):
        last = records[key].asset_entry.last_materialization if key in records else None
        found[name] = Behind(why="was not extracted", mark=last.run_id if last else "", since=_time_of(last))
    return found


def _time_of(entry: dg.EventLogEntry | None) -> float | None:
    return entry.timestamp if entry else None


def _keys(extracts: "Extracts") -> list[dg.AssetKey]:
    return [asset_key(name) for name in extracts.raw_keys]


def _not_built(extracts: "Extracts", warehouse: Engine, lake: Lake) -> dict[str, Behind]:
    from etl_assets.warehouse.status import not_loaded, status  # noqa: PLC0415 - slow, and needed in a tick only

    if not warehouse.exists():
        return {}
    committed = {name: lake.load_ids(name) for name in extracts.datasets}
    loads = not_loaded(warehouse, committed)
    raw = dict(zip(extracts.datasets, extracts.raw_keys, strict=True))
    staged = {name: _not_loaded(name, ids, lake, raw[name]) for name, ids in loads.items() if ids}
    models = {table.model: table for table in status(warehouse, extracts.warehouse).tables if table.behind}
    built = {
        name: Behind(why=f"is older than {few(table.behind)}", mark=str(table.version), made_of=table.behind)
        for name, table in models.items()
    }
    return staged | built


def _not_loaded(name: str, load_ids: Collection[str], lake: Lake, raw_key: str) -> Behind:
    """A staging table that lacks loads; its wait is that of the oldest. Of very many a part is looked at."""
    looked_at = sorted(load_ids)[:_LOOKED_AT]
    taken = {load_id: _taken_at(lake.manifest(name, load_id)) for load_id in looked_at}
    oldest = min(looked_at, key=taken.__getitem__)
    return Behind(
        why=f"lacks {counted(len(load_ids), 'load')} of the lake",
        mark=oldest,
        since=min(taken[oldest], time.time()),
        made_of=(raw_key,),
    )


def _taken_at(manifest: Manifest) -> float:
    """When a batch was extracted, by the source's clock."""
    return manifest.extract.taken_at.replace(tzinfo=UTC).timestamp() if manifest.extract else time.time()


def _message(warehouse: str, severity: str, limit: timedelta, late: Mapping[str, Waiting]) -> Message:
    lines = [f"{name} {what.why} since {_clock(what.since)}" for name, what in late.items()]
    return Message(
        severity="error" if severity == "error" else "warning",
        about=warehouse,
        subject=f"{counted(len(late), 'table')} not up to date for {_minutes(limit)} minutes",
        body=f"{'; '.join(lines)}. Failed runs say why; `etl-assets status {warehouse}` shows how things stand.",
    )


def _minutes(limit: timedelta) -> str:
    return f"{limit.total_seconds() / 60:g}"


def _clock(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"

"""A sensor that starts runs for what has landed. Ledgers say what that is, Dagster's runs how often it was tried."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import dagster as dg

from etl_assets.connectors.files.arrivals import Arrivals, arrivals
from etl_assets.connectors.files.hashes import Hashes
from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset
from etl_assets.errors import EtlError
from etl_assets.factories.announced import Looks
from etl_assets.factories.attempts import attempts, under_way, unused
from etl_assets.factories.decide import Decision, decide
from etl_assets.factories.letters import messages
from etl_assets.factories.metadata import asset_key
from etl_assets.factories.patience import Patience
from etl_assets.factories.periods import Periods
from etl_assets.factories.requests import files_request, periods_requests
from etl_assets.lake.lake import Lake
from etl_assets.notify.message import Channel, Message
from etl_assets.settings import Settings
from etl_assets.warehouse.dead_letters import DeadLetter, forget, keep
from etl_assets.warehouse.engines import Engine

_EVERY_SECONDS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a sensor watches.

    Args:
        warehouse: Its name.
        datasets: What lands for it.
        needs: Datasets of which a file must have arrived before anything is started.
        periods: Datasets that are brought in by year or day where a file's name has one.
    """

    warehouse: str
    datasets: tuple[Dataset, ...]
    needs: tuple[str, ...] = ()
    periods: tuple[Periods, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Found:
    """How things stand at a tick; ``unmade`` are datasets whose table was never made."""

    arrivals: Arrivals
    unmade: tuple[str, ...]
    dead: tuple[DeadLetter, ...]
    reasons: Mapping[str, str]


def new_files_sensor(watched: Watched) -> dg.SensorDefinition:
    """The sensor of a warehouse's landing folder; the process that evaluates it reads each file that waits once."""
    hashes, looks = Hashes(), Looks(watched.warehouse)

    @dg.sensor(
        name=f"{watched.warehouse}_new_files",
        asset_selection=dg.AssetSelection.assets(*_every_key(watched)),
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run for files that have landed: three times at most for the same file.",
    )
    def new_files(
        context: dg.SensorEvaluationContext,
        warehouse: dg.ResourceParam[Engine],
        lake: dg.ResourceParam[Lake],
        landing: dg.ResourceParam[Landing],
        notifier: dg.ResourceParam[Channel],
    ) -> dg.SensorResult | dg.SkipReason:
        if run := under_way(context.instance, watched.warehouse):
            return dg.SkipReason(f"Run {run} is under way.")
        try:
            look = looks.next(notifier)
            found = _look(watched, warehouse, lake, landing, hashes, paths=look.paths)
            decision = _decide(watched, found, context.instance, is_whole=look.is_whole)
            _tell_of_given_up(decision, warehouse, notifier)
            looks.done(look, _waiting(found, decision))
        except EtlError as error:
            return dg.SkipReason(str(error))
        return _answer(watched, found, decision, context, notifier, trouble=look.trouble)

    return new_files


def _look(
    watched: Watched, warehouse: Engine, lake: Lake, landing: Landing, hashes: Hashes, *, paths: Collection[str] | None
) -> _Found:
    from etl_assets.warehouse.standing import standing  # noqa: PLC0415 - slow, and needed in a tick only

    stands = standing(warehouse, watched.warehouse, [one.name for one in watched.datasets])
    settle_seconds, now = Settings.read().settle_seconds, time.time_ns()
    found = arrivals(
        watched.datasets,
        landing,
        lake,
        stands.loaded,
        now=now,
        settle_seconds=settle_seconds,
        hashes=hashes,
        paths=paths,
    )
    unmade = tuple(one.name for one in watched.datasets if one.name not in stands.loaded)
    return _Found(arrivals=found, unmade=unmade, dead=stands.dead, reasons=stands.failures)


def _decide(watched: Watched, found: _Found, instance: dg.DagsterInstance, *, is_whole: bool) -> Decision:
    tried = attempts(instance, watched.warehouse) if found.arrivals.ready else {}
    now = datetime.now(UTC).replace(tzinfo=None)
    return decide(found.arrivals.ready, found.dead, tried, found.reasons, now=now, is_whole=is_whole)


def _waiting(found: _Found, decision: Decision) -> set[str]:
    """The paths for which something is still to be done."""
    given_up = {one.key for one in decision.dead}
    return {one.path for one in found.arrivals.ready if one.key not in given_up} | {*found.arrivals.growing}


def _tell_of_given_up(decision: Decision, warehouse: Engine, notifier: Channel) -> None:
    """People are told when a letter can be written down, and before it is: a crash between the two tells them again."""

    def tell() -> None:
        for message in messages(decision.given_up):
            notifier.send(message)

    if decision.given_up:
        keep(warehouse, decision.given_up, before=tell)
    if decision.obsolete:
        forget(warehouse, decision.obsolete)


def _answer(
    watched: Watched,
    found: _Found,
    decision: Decision,
    context: dg.SensorEvaluationContext,
    notifier: Channel,
    *,
    trouble: str,
) -> dg.SensorResult | dg.SkipReason:
    if not (decision.tried or decision.put_aside):
        growing = ", ".join(found.arrivals.growing)
        said = f"Still being written: {growing}." if growing else "Nothing new has landed."
        return dg.SkipReason(f"{said} {trouble}".strip())
    if missing := found.arrivals.missing(watched.needs):
        return _wait(watched, missing, decision, context, notifier)
    wanted = _requests(watched, decision, found.unmade)
    return dg.SensorResult(run_requests=[_started(context.instance, request) for request in wanted])


def _started(instance: dg.DagsterInstance, request: dg.RunRequest) -> dg.RunRequest:
    return request.with_replaced_attrs(run_key=request.run_key and unused(instance, request.run_key))


def _wait(
    watched: Watched,
    missing: Sequence[str],
    decision: Decision,
    context: dg.SensorEvaluationContext,
    notifier: Channel,
) -> dg.SensorResult:
    lacks = ", ".join(f"{name} ({_patterns(watched, name)})" for name in missing)
    waits = f"Nothing is started before a file of each of these has arrived: {lacks}."
    now, landed = time.time(), _digest(*(one.key for one in decision.tried))
    patience = Patience.of(_digest(lacks), context.cursor, waits=landed, now=now)
    if patience.is_due(now):
        patience = patience.asked_at(now)
        if patience.is_over:
            mend = "Deliver them, or start a run by hand. It is asked again when more has landed, in a day or later."
            subject = f"waited in vain for {len(missing)} of {len(watched.needs)} deliveries"
            notifier.send(Message(severity="error", about=watched.warehouse, subject=subject, body=f"{waits} {mend}"))
    again = "It is not asked again." if patience.is_over else f"Asked {patience.asked} times."
    return dg.SensorResult(skip_reason=dg.SkipReason(f"{waits} {again}"), cursor=patience.kept())


def _patterns(watched: Watched, name: str) -> str:
    dataset = next(one for one in watched.datasets if one.name == name)
    return " or ".join(pattern.pattern for pattern in dataset.files) or "an extract of the database"


def _requests(watched: Watched, decision: Decision, unmade: Sequence[str]) -> list[dg.RunRequest]:
    """A run for each stretch of years or days of a dataset that has such files, and one for everything else.

    It makes the tables too that were never made, empty: what is built from them waits for all of them.
    """
    tried = decision.tried
    requests: list[dg.RunRequest] = []
    for periods in watched.periods:
        own = {one: tried[one] for one in tried if periods.has(one)}
        requests += periods_requests(watched.warehouse, periods, own, decision)
    rest = {one: tried[one] for one in tried if not any(periods.has(one) for periods in watched.periods)}
    if rest or decision.put_aside or unmade:
        requests.append(files_request(watched.warehouse, rest, decision, also=unmade))
    return requests


def _every_key(watched: Watched) -> list[dg.AssetKey]:
    names = [name for one in watched.datasets for name in (one.raw_key, one.name)]
    return [asset_key(name) for name in (*names, *(periods.name for periods in watched.periods))]


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()

"""What a new-file sensor does about what it finds: which deliveries are tried, and which are given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.warehouse.dead_letters import DeadLetter

ATTEMPTS: Final = 3
"""How often a delivery is tried before it is given up."""
MOST_FILES: Final = 500
"""In one run; the others follow in the next."""
_UNTOLD: Final = "No run that was started for it has loaded it: see the failed runs."


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done.

    Args:
        tried: Deliveries to start a run for, each with the number of the attempt.
        given_up: Dead letters that are new.
        put_aside: Dead letters that the next load stumbles over, each with the number of the attempt to load without
            it: a run is to put them into the quarantine whole.
        dead: All dead letters that wait and of whose path nothing newer does: no run that is started for their datasets
            is to be held up by them.
        obsolete: Dead letters that wait no longer.
    """

    tried: Mapping[Arrival, int]
    given_up: tuple[DeadLetter, ...]
    put_aside: Mapping[DeadLetter, int]
    dead: tuple[DeadLetter, ...]
    obsolete: tuple[DeadLetter, ...]


def aside_key(letter: DeadLetter) -> str:
    """The name under which the run that puts a dead letter aside is counted."""
    return f"aside:{letter.key}"


def decide(
    ready: Sequence[Arrival],
    dead: Sequence[DeadLetter],
    attempts: Mapping[str, int],
    reasons: Mapping[str, str],
    *,
    now: datetime,
    is_whole: bool = True,
) -> Decision:
    """What to do about deliveries.

    Args:
        ready: Those that are not loaded.
        dead: Those that were given up before.
        attempts: How often a delivery was tried, by key.
        reasons: What was last wrong with a dataset.
        now: UTC.
        is_whole: Whether all that lies there was looked at; else a dead letter that was not is one still.
    """
    known = {one.key for one in dead}
    unknown = [one for one in ready if one.key not in known]
    alive = [one for one in unknown if attempts.get(one.key, 0) < ATTEMPTS]
    given_up = tuple(_letter(one, attempts, reasons, now) for one in unknown if attempts.get(one.key, 0) >= ATTEMPTS)
    replaced = {(one.dataset, one.path) for one in alive}
    waiting = {} if is_whole else {one.key: False for one in dead}
    waiting |= {one.key: one.in_lake for one in ready}
    stays = tuple(one for one in (*dead, *given_up) if one.key in waiting and (one.dataset, one.path) not in replaced)
    asides = {one: attempts.get(aside_key(one), 0) for one in stays if waiting[one.key]}
    return Decision(
        tried={one: attempts.get(one.key, 0) + 1 for one in alive[:MOST_FILES]},
        given_up=given_up,
        put_aside={one: count + 1 for one, count in asides.items() if count < ATTEMPTS},
        dead=stays,
        obsolete=tuple(one for one in dead if one.key not in waiting),
    )


def _letter(arrival: Arrival, attempts: Mapping[str, int], reasons: Mapping[str, str], now: datetime) -> DeadLetter:
    return DeadLetter(
        dataset=arrival.dataset,
        path=arrival.path,
        version=arrival.version,
        attempts=attempts[arrival.key],
        reason=reasons.get(arrival.dataset, _UNTOLD),
        given_up_at=now,
    )

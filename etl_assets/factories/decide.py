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
        put_aside: Dead letters that a load may still stumble over: a run is to put them into the quarantine whole.
        obsolete: Dead letters that wait no longer.
    """

    tried: Mapping[Arrival, int]
    given_up: tuple[DeadLetter, ...]
    put_aside: tuple[DeadLetter, ...]
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
) -> Decision:
    """What to do about deliveries.

    Args:
        ready: Those that are not loaded.
        dead: Those that were given up before.
        attempts: How often a delivery was tried, by key.
        reasons: What was last wrong with a dataset.
        now: UTC.
    """
    known = {one.key for one in dead}
    alive = [one for one in ready if one.key not in known]
    given_up = tuple(_letter(one, attempts, reasons, now) for one in alive if attempts.get(one.key, 0) >= ATTEMPTS)
    waiting = {one.key for one in ready}
    still_dead = [one for one in (*dead, *given_up) if one.key in waiting]
    tried = [one for one in alive if attempts.get(one.key, 0) < ATTEMPTS][:MOST_FILES]
    return Decision(
        tried={one: attempts.get(one.key, 0) + 1 for one in tried},
        given_up=given_up,
        put_aside=tuple(one for one in still_dead if not attempts.get(aside_key(one))),
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

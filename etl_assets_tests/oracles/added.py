"""Tracked columns that are known since a time: the value that stands for what was not known, one key at a time."""

from collections.abc import Mapping
from datetime import datetime

from etl_assets_tests.oracles.observed import Attributes, Declaration, Since

States = Mapping[datetime, Attributes | None]
"""What holds of a key from each instant on, in order; None when it is not there."""


def filled(declaration: Declaration, states: States) -> States:
    """The states with a value for every unknown one: what its version knows, else NULL or the first that is known."""
    if not declaration.added:
        return states
    versions = undivided(declaration, states)
    return {at: said and said | _unknown(declaration, states, versions, at) for at, said in _copied(states)}


def undivided(declaration: Declaration, states: States) -> list[list[datetime]]:
    """The instants of each version: neighbours that differ in nothing that both of them know."""
    versions: list[list[datetime]] = [[]]
    for at, said in states.items():
        before = states[versions[-1][-1]] if versions[-1] else None
        if said is None or (before is not None and _contradicts(declaration, versions[-1][-1], before, said)):
            versions.append([])
        if said is not None:
            versions[-1].append(at)
    return versions


def _contradicts(declaration: Declaration, then: datetime, before: Attributes, said: Attributes) -> bool:
    unknown = {one.column for one in declaration.added if then < one.since}
    return any(before[name] != said[name] for name in declaration.tracked if name not in unknown)


def _unknown(
    declaration: Declaration, states: States, versions: list[list[datetime]], at: datetime
) -> dict[str, object]:
    own = next((version for version in versions if at in version), [])
    return {one.column: _held(one, states, own) for one in declaration.added if at < one.since}


def _held(one: Since, states: States, version: list[datetime]) -> object:
    told = [(at, said[one.column]) for at, said in states.items() if said is not None and at >= one.since]
    within = [value for at, value in told if at in version]
    if within:
        return within[0]
    return told[0][1] if told and one.before == "first" else None


def _copied(states: States) -> list[tuple[datetime, dict[str, object] | None]]:
    return [(at, None if said is None else dict(said)) for at, said in states.items()]

"""A proof: many random lives, in shards that processes share, and an account of what they covered."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from hashlib import sha256

from hypothesis import HealthCheck, given, seed, settings

from etl_assets_tests.properties.lives import LIFE_FEATURES, Life, lives

SHARDS = 20
LIVES = 510
"""In each shard, none twice. Twenty shards have a few small lives in common, and ten thousand different ones."""
SEEDS = range(1, SHARDS + 1)
RARE = 25
"""No feature may be in fewer lives of a shard: so none is in fewer than five hundred of all."""
PROPERTY = "proof"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


def prove(engine: str, shard: int, check: Callable[[Life], None]) -> str:
    """Check the lives of one shard; gives the account of it, for ``summary``."""
    found: Counter[str] = Counter()
    known: set[str] = set()

    @seed(shard)
    @settings(max_examples=2 * LIVES, deadline=None, suppress_health_check=SLOW, database=None)
    @given(lives())
    def each(life: Life) -> None:
        digest = sha256(repr(life).encode()).hexdigest()[:16]
        if len(known) == LIVES or digest in known:
            return
        check(life)
        known.add(digest)
        found.update(life.features)

    each()
    assert len(known) == LIVES
    assert all(found[feature] >= RARE for feature in LIFE_FEATURES), found
    return json.dumps({"engine": engine, "lives": sorted(known), "features": found})


def summary(accounts: Iterable[str]) -> list[str]:
    """What shards have covered, in lines, engine by engine."""
    lives_of: defaultdict[str, list[str]] = defaultdict(list)
    features_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for account in map(json.loads, accounts):
        lives_of[account["engine"]] += account["lives"]
        features_of[account["engine"]].update(account["features"])
    lines: list[str] = []
    for engine, digests in lives_of.items():
        lines.append(f"{engine}: {len(digests):,} lives, {len(set(digests)):,} different ones, no difference")
        lines += [f"{features_of[engine][feature]:>8,} {feature}" for feature in LIFE_FEATURES]
    return lines

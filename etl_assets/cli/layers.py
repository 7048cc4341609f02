"""A run in a few lines: one a layer of each warehouse."""

from collections import defaultdict
from collections.abc import Sequence

from rich.table import Table

from etl_assets.cli.outcome import Outcome
from etl_assets.cli.show import table


def by_layer(outcomes: Sequence[Outcome]) -> Table:
    """What became of the assets of each layer, in order."""
    layers: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        layers[outcome.asset.rpartition("/")[0]].append(outcome)
    columns = ("layer", "assets", "rows", "quarantined", "seconds", "checks")
    return table(columns, [_row(layer, some) for layer, some in sorted(layers.items(), key=_place)])


def _place(item: tuple[str, list[Outcome]]) -> tuple[str, int]:
    """By warehouse, then by the first of its assets that was made."""
    warehouse, _, layer = item[0].partition("/")
    order = ("raw", "staging", "marts", "processed", "reports")
    return warehouse, order.index(layer) if layer in order else len(order)


def _row(layer: str, outcomes: Sequence[Outcome]) -> list[object]:
    made = [outcome for outcome in outcomes if outcome.state == "done"]
    rows, bad = ([found.counts[name] for found in made] for name in ("rows", "quarantined"))
    warned = sum(len(outcome.warnings) for outcome in outcomes)
    checks = f"{sum(len(outcome.checks) for outcome in outcomes) - warned} ok" + (f", {warned} warn" if warned else "")
    failed = len(outcomes) - len(made)
    return [
        layer,
        f"{len(made)}" + (f" of {len(outcomes)}" if failed else ""),
        sum(filter(None, rows)) or None,
        sum(filter(None, bad)) or None,
        sum(outcome.seconds for outcome in made),
        checks,
    ]

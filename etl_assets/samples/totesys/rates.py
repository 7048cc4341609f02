"""The exchange rates of the sample's business: a file of JSON lines, a working day a line, some days left out."""

from pathlib import Path
from typing import Final

import numpy as np

from etl_assets.samples.totesys.story import HISTORY, Story, day_at

NAME: Final = "exchange_rates_sample.jsonl"
_OPENING: Final = {"EUR": 1.13, "USD": 1.21}
_STEP: Final = 0.006
_LEFT_OUT: Final = 0.05


def write_rates(folder: Path, *, seed: int, days: int) -> Path:
    """Write the rates of the first two years and some days; a file that says the same is left as it is.

    Args:
        folder: Where totesys' files land.
        seed: Of the sample.
        days: Behind the first two years.
    """
    text = rates(seed=seed, days=HISTORY + days)
    file = folder / NAME
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".tmp")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    return file


def rates(*, seed: int, days: int) -> str:
    """The rates of some working days; those of more days begin with the same lines."""
    story = Story(1, seed)
    walks = {code: _walk(story, code, days) for code in _OPENING}
    told = story.chance("rates").shares(days) >= _LEFT_OUT
    lines = (
        f'{{"base": "GBP", "date": "{day_at(number):%Y-%m-%d}", "rates": {{{_entries(walks, number - 1)}}}}}\n'
        for number in range(1, days + 1)
        if told[number - 1] or number == 1
    )
    return "".join(lines)


def _entries(walks: dict[str, np.ndarray], place: int) -> str:
    return ", ".join(f'"{code}": {rate[place]:.4f}' for code, rate in walks.items())


def _walk(story: Story, code: str, days: int) -> np.ndarray:
    """A rate that goes up and down by chance, and not far."""
    steps = np.cumsum((story.chance("rates", code).shares(days) - 0.5) * _STEP)
    return _OPENING[code] + np.sin(steps) / 10

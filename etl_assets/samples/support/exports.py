"""The files: the history as it was handed over, then one folder a day."""

from datetime import timedelta
from pathlib import Path

from etl_assets.errors import SettingsError
from etl_assets.samples.outbox import Outbox
from etl_assets.samples.report import SampleReport
from etl_assets.samples.support.life import history, next_export
from etl_assets.samples.support.story import HANDOVER, Story


def write_support(folder: Path, *, scale: int = 1, seed: int = 1, days: int = 0) -> SampleReport:
    """Write the exports of a support department, as its systems write them.

    The same scale and seed give the same bytes and times; more days add folders and change nothing that is there.
    Cases and logs grow with the scale, analysts and products with its square root.

    Args:
        folder: The warehouse's landing folder.
        scale: 1 is about 400 cases and 3,000 log lines.
        seed: Another seed, another department.
        days: How many daily exports follow the history, from 2015-01-02 on.

    Raises:
        SettingsError: When a number makes no sense.
        LoadRefused: When a file of another origin is in the place of one of the sample's.
    """
    if scale < 1 or seed < 0 or days < 0:
        message = f"A sample of scale {scale}, seed {seed}, {days} days cannot be made."
        raise SettingsError(message, mend="The scale starts at 1, seed and days at 0.")
    story = Story(scale, seed)
    rows: dict[str, int] = {}
    written: list[str] = []
    with Outbox(folder, begun=HANDOVER) as outbox:
        life = history(story, outbox)
        written += outbox.publish()
        rows |= outbox.rows
    for day in range(1, days + 1):
        time = HANDOVER + timedelta(days=day)
        below = f"{time:%Y-%m-%d}"
        with Outbox(folder / below, begun=time) as outbox:
            life = next_export(story, outbox, life, day)
            written += [f"{below}/{name}" for name in outbox.publish()]
            rows |= {f"{below}/{name}": count for name, count in outbox.rows.items()}
    return SampleReport(folder=folder, rows=rows, written=tuple(written))

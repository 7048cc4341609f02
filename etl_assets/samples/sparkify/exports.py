"""The files, laid out as the application lays them out: a file a day, a file a song."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from etl_assets.errors import SettingsError
from etl_assets.samples.outbox import Outbox
from etl_assets.samples.report import SampleReport
from etl_assets.samples.sparkify.listening import Event, first_life, next_day
from etl_assets.samples.sparkify.music import SongFile, files, songs
from etl_assets.samples.sparkify.people import people
from etl_assets.samples.sparkify.story import HISTORY_DAYS, OPENED, Story


def write_sparkify(folder: Path, *, scale: int = 1, seed: int = 1, days: int = 0) -> SampleReport:
    """Write the files of a music streaming application, as it writes them.

    The same scale and seed give the same bytes and times; more days add files and change nothing that is there. With
    each further day one more of the songs becomes known that users have long been playing.

    Args:
        folder: The warehouse's landing folder.
        scale: 1 is 100 users, and about 8,000 events in the month that a sample always has.
        seed: Another seed, other people.
        days: How many days follow that month, from 2018-12-01 on.

    Raises:
        SettingsError: When a number makes no sense.
        LoadRefused: When a file of another origin is in the place of one of the sample's.
    """
    if scale < 1 or seed < 0 or days < 0:
        message = f"A sample of scale {scale}, seed {seed}, {days} days cannot be made."
        raise SettingsError(message, mend="The scale starts at 1, seed and days at 0.")
    story, rows, written = Story(scale, seed), dict[str, int](), list[str]()
    for outbox, below in _outboxes(story, folder, HISTORY_DAYS + days):
        written += [f"{below}/{name}" for name in outbox.publish()]
        rows |= {f"{below}/{name}": count for name, count in outbox.rows.items()}
    return SampleReport(folder=folder, rows=rows, written=tuple(written))


def _outboxes(story: Story, folder: Path, days: int) -> Iterator[tuple[Outbox, str]]:
    """Each folder's files, waiting to be published, with its path below the landing folder."""
    catalogue = songs(story)
    known = files(story, catalogue)
    late = known[-story.late :]
    yield from _songs(known[: -story.late], folder, OPENED)
    life = first_life(people(story), catalogue)
    for day in range(days):
        begin = OPENED + timedelta(days=day)
        yield from _log(next_day(story, life, day), folder, begin)
        if day >= HISTORY_DAYS:
            yield from _songs(late[day - HISTORY_DAYS :][:1], folder, begin)


def _songs(known: Iterable[SongFile], folder: Path, time: datetime) -> Iterator[tuple[Outbox, str]]:
    place = attrgetter("folder")
    for below, group in groupby(sorted(known, key=place), key=place):
        with Outbox(folder / below, begun=time) as outbox:
            for song in group:
                outbox.put_text(song.name, song.content, rows=1)
            yield outbox, below


def _log(events: list[Event], folder: Path, begin: datetime) -> Iterator[tuple[Outbox, str]]:
    below = f"log_data/{begin:%Y/%m}"
    with Outbox(folder / below, begun=begin + timedelta(days=1)) as outbox:
        text = "".join(f"{event.text}\n" for event in events)
        outbox.put_text(f"{begin:%Y-%m-%d}-events.json", text.encode(), rows=len(events))
        yield outbox, below

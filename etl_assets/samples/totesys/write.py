"""Writing the sample: its first two years week by week, then day by day, with its history beside it.

A database is always written before its history is kept. What a killed call left in the database alone is made again
from the seed, and goes to the history only.
"""

from collections.abc import Iterator
from pathlib import Path

from etl_assets.errors import LoadRefused, SettingsError
from etl_assets.samples.totesys.book import Book, forget
from etl_assets.samples.totesys.changes import Commit
from etl_assets.samples.totesys.day import commits_of
from etl_assets.samples.totesys.people import opening
from etl_assets.samples.totesys.report import Told, TotesysReport
from etl_assets.samples.totesys.sqlite import SqliteTarget
from etl_assets.samples.totesys.story import HISTORY, WEEK, Story
from etl_assets.samples.totesys.target import Mark, Target, prepare
from etl_assets.urls import scheme_of, shown_url, sqlite_file


def write_totesys(url: str, history: Path, *, scale: int = 1, seed: int = 1, days: int = 0) -> TotesysReport:
    """Write the life of a business into a database, and all its changes into a history beside it.

    The same scale and seed give the same rows; more days continue what is there.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://…``: an empty database, or one that holds this sample.
        history: The SQLite file of the history.
        scale: 1 is about 11,000 sales, 5,000 purchases and 16,000 payments.
        seed: Another seed, another business.
        days: How many working days follow the first two years.

    Raises:
        SettingsError: When a number makes no sense.
        SourceError: When the database cannot be reached or written.
        LoadRefused: When the database holds anything else.
    """
    if scale < 1 or seed < 0 or days < 0:
        message = f"A sample of scale {scale}, seed {seed}, {days} days cannot be made."
        raise SettingsError(message, mend="The scale starts at 1, seed and days at 0.")
    story = Story(scale, seed)
    with open_target(url) as target:
        mark = prepare(target, shown_url(url), scale=scale, seed=seed)
        if mark.commit == 0:
            forget(history)
        with Book(history, scale=scale, seed=seed) as book:
            if book.commits > mark.commit:
                message = f"{shown_url(url)} has fewer commits than its history {history}: it was put back or replaced."
                raise LoadRefused(message, mend="Begin again in an empty database.")
            told = Told()
            for chapter in _chapters(book.days + 1, HISTORY + days):
                told += _write_chapter(story, book, target, mark, chapter)
            rows = dict(target.counts())
            return TotesysReport(
                database=shown_url(url), history=history, days=book.days - HISTORY, rows=rows, written=told
            )


def open_target(url: str) -> Target:
    """The database of a URL.

    Raises:
        SourceError: When it cannot be opened or reached.
    """
    if scheme_of(url) == "sqlite":
        return SqliteTarget(sqlite_file(url))
    from etl_assets.samples.totesys.postgres import PostgresTarget  # noqa: PLC0415 - the driver is slow to import

    return PostgresTarget(url)


def open_business(url: str, *, scale: int = 1, seed: int = 1) -> list[Commit]:
    """Make the tables in an empty database and write what is there before the first order.

    Returns:
        The one commit that did it.
    """
    story = Story(scale, seed)
    with open_target(url) as target:
        prepare(target, shown_url(url), scale=scale, seed=seed)
        commits = [opening(story)]
        target.write(commits, Mark(scale, seed, len(commits)))
    return commits


def _chapters(first: int, last: int) -> Iterator[range]:
    """The days that are written at once: weeks of the first two years, then each day alone."""
    while first <= last:
        end = first + 1 if first == 0 or first > HISTORY else min(first + WEEK, HISTORY + 1)
        yield range(first, end)
        first = end


def _write_chapter(story: Story, book: Book, target: Target, mark: Mark, chapter: range) -> Told:
    commits: list[Commit] = []
    for number in chapter:
        of_day = commits_of(story, book, number)
        book.add(number, of_day)
        commits += of_day
    new = commits[max(0, mark.commit - (book.commits - len(commits))) :]
    if new:
        write = target.live if chapter.start > HISTORY else target.write
        write(new, Mark(story.scale, story.seed, book.commits))
    book.keep()
    return Told(days=len(chapter), commits=len(commits), changes=sum(len(commit.changes) for commit in commits))

"""Rows of the tables that change seldom: addresses, counterparties, departments, designs and staff."""

from collections.abc import Iterator
from typing import Final

from etl_assets.samples.totesys.changes import Change, Commit, Row
from etl_assets.samples.totesys.schema import (
    ADDRESS,
    COUNTERPARTY,
    CURRENCY,
    DEPARTMENT,
    DESIGN,
    PAYMENT_TYPE,
    STAFF,
    Table,
)
from etl_assets.samples.totesys.story import OPENED, Story, at, written
from etl_assets.samples.totesys.words import CURRENCIES, DEPARTMENTS, PAYMENT_TYPES, SITES, Words

_ADDRESSES: Final = 30
_OTHERS: Final = 20
_DESIGNS: Final = 10


def opening(story: Story) -> Commit:
    """What is there before the first order."""
    stamp = written(at(OPENED, 7.0))
    inserts = [Change(table, "I", row, moved=True) for table, row in _first_rows(story, stamp)]
    return Commit(began_at=stamp, committed_at=stamp, changes=inserts)


def new_address(words: Words, key: int, stamp: str) -> Row:
    """An address."""
    return (key, *words.place(), stamp, stamp)


def new_counterparty(words: Words, key: int, stamp: str, addresses: int) -> Row:
    """A company, at one of the addresses."""
    return key, words.company(), words.number(1, addresses), words.contact(), words.contact(), stamp, stamp


def new_design(words: Words, key: int, stamp: str) -> Row:
    """A design."""
    return (key, *words.design(stamp[:10]), stamp, stamp)


def new_staff(words: Words, key: int, stamp: str) -> Row:
    """Somebody in one of the departments."""
    first, last = words.person()
    mail = f"{first}.{last}.{key}@totes.example".lower()
    return key, first, last, words.number(1, len(DEPARTMENTS)), mail, stamp, stamp


def _first_rows(story: Story, stamp: str) -> Iterator[tuple[Table, Row]]:
    words = Words(story.chance("opening"))
    addresses = story.grown(_ADDRESSES)
    for key in range(1, addresses + 1):
        yield ADDRESS, new_address(words, key, stamp)
    for key in range(1, story.grown(_OTHERS) + 1):
        yield COUNTERPARTY, new_counterparty(words, key, stamp, addresses)
        yield STAFF, new_staff(words, key, stamp)
    for key, code in enumerate(CURRENCIES, 1):
        yield CURRENCY, (key, code, stamp, stamp)
    for key, name in enumerate(DEPARTMENTS, 1):
        yield DEPARTMENT, (key, name, words.one(SITES), " ".join(words.person()), stamp, stamp)
    for key, name in enumerate(PAYMENT_TYPES, 1):
        yield PAYMENT_TYPE, (key, name, stamp, stamp)
    for key in range(1, story.grown(_DESIGNS) + 1):
        yield DESIGN, new_design(words, key, stamp)

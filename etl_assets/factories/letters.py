"""What people are told of deliveries that are given up: one message for all that fail for one reason."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from etl_assets.notify.message import Message
from etl_assets.warehouse.dead_letters import DeadLetter
from etl_assets.words import few

_MEND = "Put the file right and deliver it again, or correct the declaration and replay the quarantine."


def messages(letters: Iterable[DeadLetter]) -> Iterator[Message]:
    """The messages about new dead letters."""
    for _, group in groupby(sorted(letters, key=_matter), key=_matter):
        yield _message([*group])


def _matter(letter: DeadLetter) -> tuple[str, str, int]:
    return letter.dataset, letter.reason, letter.attempts


def _message(letters: list[DeadLetter]) -> Message:
    one = letters[0]
    was, is_ = ("was", "is") if len(letters) == 1 else ("were", "are")
    named = few(letter.path for letter in letters)
    return Message(
        severity="error",
        about=one.dataset,
        subject=f"{named} {was} tried {one.attempts} times and {is_} not tried again",
        body=f"{one.reason} {_MEND}",
    )

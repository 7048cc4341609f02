"""The users: what each event says of them."""

import json
from dataclasses import dataclass
from typing import Final

from etl_assets.samples.chance import Floats
from etl_assets.samples.sparkify.story import EPOCH, OPENED, Story
from etl_assets.samples.sparkify.words import FIRST_NAMES, LAST_NAMES, LOCATIONS, USER_AGENTS

_OPENED_MS: Final = int((OPENED - EPOCH).total_seconds()) * 1000
_REGISTERED_WITHIN_MS: Final = 90 * 86_400_000
_PAID_FIRST: Final = 0.2
_SELDOM, _OFTEN = 0.02, 0.75


@dataclass(frozen=True, kw_only=True)
class User:
    """The parts of a user's events that stay the same, as JSON."""

    first_name: str
    gender: str
    last_name: str
    location: str
    registration: str
    user_agent: str
    user_id: str


NOBODY: Final = User(
    first_name="null",
    gender="null",
    last_name="null",
    location="null",
    registration="null",
    user_agent="null",
    user_id='""',
)
"""Who is logged out."""


@dataclass(frozen=True, kw_only=True)
class People:
    """All users.

    Args:
        users: Themselves.
        paid: Whether each pays at the beginning.
        activity: How likely each is to come on a day, 0 to 1.
    """

    users: list[User]
    paid: list[bool]
    activity: Floats


def people(story: Story) -> People:
    """Everybody who uses the application."""
    chance, count = story.chance("people"), story.users
    first, last, place, agent = (
        chance.below(len(words), count).tolist() for words in (FIRST_NAMES, LAST_NAMES, LOCATIONS, USER_AGENTS)
    )
    registered = (_OPENED_MS - chance.below(_REGISTERED_WITHIN_MS, count)).tolist()
    users = [
        User(
            first_name=_text(FIRST_NAMES[first[n]][0]),
            gender=_text(FIRST_NAMES[first[n]][1]),
            last_name=_text(LAST_NAMES[last[n]]),
            location=_text(LOCATIONS[place[n]]),
            registration=f"{registered[n]}.0",
            user_agent=_text(USER_AGENTS[agent[n]]).replace("/", "\\/"),
            user_id=_text(str(n + 2)),
        )
        for n in range(count)
    ]
    often = chance.shares(count)
    paid = (chance.shares(count) < _PAID_FIRST).tolist()
    return People(users=users, paid=paid, activity=_SELDOM + (_OFTEN - _SELDOM) * often * often * often * often)


def _text(value: str) -> str:
    return json.dumps(value)

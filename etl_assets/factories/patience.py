"""Waiting for what has not arrived: asked again after one, two and three minutes, then no more for a day."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

ASKED_AGAIN_AFTER: Final = (60, 120, 180)
"""Seconds from each time of asking to the next."""
_DAY: Final = 86_400


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long something has been waited for.

    Args:
        about: What is waited for; when that changes, waiting begins anew.
        waits: What waits for it; when more does, waiting goes on, or begins anew if it was over a day ago.
        asked: How often it was asked for.
        ask_at: When it is asked for again, in seconds since 1970.
    """

    about: str
    waits: str = ""
    asked: int = 0
    ask_at: float = 0

    @classmethod
    def of(cls, about: str, kept: str | None, *, waits: str = "", now: float = 0) -> Self:
        """What was kept of the same matter, else the beginning; people may have written something else there."""
        anew = cls(about=about, waits=waits)
        try:
            before = cls(**json.loads(kept or "{}"))
        except (TypeError, ValueError):
            return anew
        if before.about != about or (before.is_over and before.waits != waits and now >= before.ask_at + _DAY):
            return anew
        return before if before.is_over else replace(before, waits=waits)

    @property
    def is_over(self) -> bool:
        """Whether it is not asked for any more."""
        return self.asked > len(ASKED_AGAIN_AFTER)

    def is_due(self, now: float) -> bool:
        """Whether it is to be asked for now."""
        return not self.is_over and now >= self.ask_at

    def asked_at(self, now: float) -> Self:
        """After asking once more."""
        wait = ASKED_AGAIN_AFTER[self.asked] if self.asked < len(ASKED_AGAIN_AFTER) else 0
        return replace(self, asked=self.asked + 1, ask_at=now + wait)

    def kept(self) -> str:
        """As text, for ``of``."""
        return json.dumps(asdict(self))

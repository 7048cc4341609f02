"""One thing over time: a bar for each of its versions, with what held then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from etl_assets.pictures.svg import COLOURS, INLINE, WIDTH, image, label

_ROW: Final = 30
_LETTER: Final = 6.2
_LONGEST: Final = 24
_FIRST: Final = datetime.fromisoformat("0001-01-01")
_LAST: Final = datetime.fromisoformat("9999-12-31")


@dataclass(frozen=True, kw_only=True)
class Version:
    """What held for a time.

    Args:
        begins: From when on; None when it is not known.
        ends: Until when; None while it holds.
        says: What held, in a few words.
    """

    begins: datetime | None
    ends: datetime | None
    says: str


def timeline(told: str, versions: Sequence[Version], *, until: datetime) -> str:
    """The versions as bars one below the other, in Markdown that is short enough to be shown at once.

    Args:
        told: What they are versions of.
        versions: In the order of time; the first are left out where there are too many.
        until: The end of the picture, for a version that still holds.
    """
    for left_out in range(len(versions)):
        shown = versions[left_out:]
        more = f"; the last {len(shown)} are shown" if left_out else ""
        text = f"{told}: {len(versions)} versions{more}\n\n{_drawn(told, shown, until)}"
        if len(text) < INLINE:
            return text
    return told[: INLINE - 1]


def _drawn(told: str, versions: Sequence[Version], until: datetime) -> str:
    known = [time for version in versions for time in (version.begins, version.ends) if time]
    first, last = min(known, default=until), max(until, *known)
    more = max(timedelta(days=1), (last - first) / 20)
    end = last + min(more, _LAST - last)
    first -= min(more, first - _FIRST) if versions[0].begins is None else timedelta()
    scale = WIDTH / (end - first).total_seconds()
    spans = [_Span.of(version, first, end, scale) for version in versions]
    return image(f"Versions of {told}", [*_bars(spans)], height=_ROW * len(versions))


@dataclass(frozen=True)
class _Span:
    """A bar: where it begins, how long it is, and the words over it."""

    x: float
    width: float
    words: str

    @classmethod
    def of(cls, version: Version, first: datetime, last: datetime, scale: float) -> Self:
        begins, ends = version.begins or first, version.ends or last
        since = f"{version.begins:%Y-%m-%d} " if version.begins else ""
        width = max(2.0, (ends - begins).total_seconds() * scale)
        return cls((begins - first).total_seconds() * scale, width, f"{since}{_short(version.says)}")


def _bars(spans: Sequence[_Span]) -> Iterator[str]:
    """One row a version: its words stand over its bar, or end with the picture where they would go beyond it."""
    for row, span in enumerate(spans):
        is_beyond = span.x + len(span.words) * _LETTER > WIDTH
        yield label(WIDTH if is_beyond else span.x, row * _ROW + 12, span.words, anchor="end" if is_beyond else "")
    path = "".join(f"M{span.x:.0f} {row * _ROW + 20}h{span.width:.0f}" for row, span in enumerate(spans))
    yield f"<path stroke='{COLOURS[1]}' stroke-width='8' d='{path}'/>"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

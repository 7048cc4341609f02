"""An SVG as a picture within Markdown. Dagster shows Markdown at once if it is short, else behind a link."""

from collections.abc import Sequence
from html import escape
from typing import Final

INLINE: Final = 1000
"""Markdown of fewer characters is shown where it stands, with its pictures."""
WIDTH: Final = 340
INK: Final = "#777"
COLOURS: Final = ("#4f7cff", "#2fa58a")
"""Readable on a light page and on a dark one: a picture is not told which it stands on."""

_ESCAPES: Final = {"%": "%25", "<": "%3C", ">": "%3E", "#": "%23", "&": "%26", "\\": "%5C"}
_SPECIAL: Final = str.maketrans(dict.fromkeys("\\[]`*_|<>", " "))


def image(said: str, parts: Sequence[str], *, height: int) -> str:
    """A picture in Markdown.

    Args:
        said: What it shows, for those who cannot see it.
        parts: What is drawn, in SVG with single quotes.
        height: In pixels; the width is always the same.
    """
    head = f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}'"
    text = f"{head} font-size='11' font-family='sans-serif' fill='{INK}'>{''.join(parts)}</svg>"
    uri = "".join(_ESCAPES.get(letter, letter) for letter in text)
    return f"![{plain(said)}](<data:image/svg+xml,{uri}>)"


def plain(text: str) -> str:
    """A text without what Markdown would take for its own."""
    return " ".join(text.translate(_SPECIAL).split())


def label(x: float, y: float, text: str, *, anchor: str = "") -> str:
    """A few words in a picture."""
    placed = f" text-anchor='{anchor}'" if anchor else ""
    return f"<text x='{x:.0f}' y='{y:.0f}'{placed}>{escape(text, quote=False)}</text>"

"""Pictures, taken out of the Markdown that they stand in."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

_PICTURE = re.compile(r"!\[([^\]]*)\]\(<data:image/svg\+xml,([^<>#]*)>\)")


def drawn(markdown: str) -> tuple[str, ET.Element]:
    """What the picture of a page is said to be, and its SVG."""
    (picture,) = _PICTURE.findall(markdown)
    return picture[0], ET.fromstring(unquote(picture[1]))  # noqa: S314 - our own picture


def texts(svg: ET.Element) -> list[str]:
    """The words in a picture."""
    return [element.text or "" for element in svg if element.tag.endswith("text")]


def strokes(svg: ET.Element) -> list[str]:
    """The strokes of its paths, in order."""
    (path,) = [element.attrib["d"] for element in svg if element.tag.endswith("path")]
    return re.findall(r"M[^M]+", path)

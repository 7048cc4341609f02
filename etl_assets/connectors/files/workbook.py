"""What a workbook's own files say and its reader does not: which cells show an error, or a formula never computed."""

import html
import io
import re
import zipfile
import zlib
from typing import Final

from etl_assets.connectors.files.stream import MAX_RATIO, RATIO_FROM_BYTES
from etl_assets.connectors.files.unreadable import Unreadable

ERROR: Final = "shows an error"
NOT_COMPUTED: Final = "has a formula that was not computed"

_MAX_BYTES: Final = 1024**3
_CELL: Final = re.compile(r"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE: Final = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FORMULA: Final = re.compile(r"<(?:\w+:)?f[\s>/]")
_VALUE: Final = re.compile(r"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")


def failed_cells(content: bytes, sheet: str | None) -> dict[int, str]:
    """Rows of a sheet, counted from 1, with what is wrong with the first cell in them that has no value of its own.

    Args:
        content: An ``.xlsx`` file.
        sheet: The sheet's name; the first sheet when None.

    Raises:
        Unreadable: When it is no such workbook, or hides far more than it is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, len(content))
            _refuse_damage(archive)
            text = archive.read(_part_of(archive, sheet)).decode()
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, zlib.error, NotImplementedError, RuntimeError) as error:
        message = f"it is no .xlsx workbook: {error}"
        raise Unreadable(message) from error
    found: dict[int, str] = {}
    for attributes, inside in _CELL.findall(text) if 't="e"' in text or _FORMULA.search(text) else ():
        given = _attributes(attributes)
        if wrong := _wrong(given, inside):
            reference = given.get("r", "")
            found.setdefault(int(re.sub(r"\D", "", reference) or 0), f"its cell {reference} {wrong}")
    return found


def _wrong(attributes: dict[str, str], inside: str) -> str | None:
    if attributes.get("t") == "e":
        return ERROR
    is_text = attributes.get("t") == "str"
    return NOT_COMPUTED if _FORMULA.search(inside) and not is_text and not _VALUE.search(inside) else None


def _part_of(archive: zipfile.ZipFile, sheet: str | None) -> str:
    sheets = [_attributes(found) for found in _SHEET.findall(archive.read("xl/workbook.xml").decode())]
    wanted = next((found for found in sheets if sheet in (None, found.get("name"))), None)
    if wanted is None:
        message = f"it has no sheet {sheet!r}" if sheet else "it has no sheet"
        raise Unreadable(message)
    relations = (_attributes(found) for found in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode()))
    target = next((found.get("Target", "") for found in relations if found.get("Id") == wanted.get("r:id")), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(text)}


def _refuse_bomb(archive: zipfile.ZipFile, size: int) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _MAX_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * size):
        message = f"it unpacks to {unpacked:,} bytes"
        raise Unreadable(message)


def _refuse_damage(archive: zipfile.ZipFile) -> None:
    """Every file in a workbook has a check sum; its reader looks at none."""
    if damaged := archive.testzip():
        message = f"its part {damaged} is damaged"
        raise Unreadable(message)

"""What a tool made of a probe, in a few words."""

from typing import Any, Final

from benchmarks.torture.peers.saying import short
from etl_assets_tests.torture.files import FileProbe
from etl_assets_tests.torture.values import Probe, value_of

EXACT: Final = "exact"
REFUSED: Final = "file refused"
SILENT: Final = "**silent**"
_SHOWN: Final = 40


def judged(probe: Probe, found: dict[str, Any]) -> str:
    """``exact``; ``file refused`` with an error; or ``silent``: another value, or what should be held is taken."""
    if "error" in found:
        return REFUSED
    if not found["is_there"]:
        return f"{SILENT}: no row"
    beside = "" if found["neighbour"] else ", and the row beside it is lost"
    value = found["value"]
    if (probe.bound or not probe.held) and _is(probe, value) and not beside:
        return EXACT
    return f"{SILENT}: {'NULL' if value is None else shown(value)}{beside}"


def _is(probe: Probe, value: str | None) -> bool:
    gives = probe.content if probe.bound else probe.gives
    if value is None or gives is None:
        return value is None and gives is None
    if value == short(gives):
        return True
    head, _, behind = value.partition(".")
    try:
        cut = value if probe.column != "at" else f"{head}.{behind[:6].ljust(6, '0')}" if behind else head
        is_whole = probe.column != "at" or not behind[6:].strip("0")
        return is_whole and value_of(probe.column, cut) == probe.value
    except (ValueError, ArithmeticError):
        return False


def judged_file(probe: FileProbe, found: dict[str, Any]) -> str:
    """The same of a file."""
    if "error" in found:
        return REFUSED
    if probe.bound:
        return EXACT
    right = {str(number): text for number, text in probe.rows.items()}
    is_whole = not probe.held and not probe.refused
    if found["rows"] == right:
        return EXACT if is_whole else f"{SILENT}: what is bad is left out"
    more, fewer = len(found["rows"].keys() - right.keys()), len(right.keys() - found["rows"].keys())
    other = sum(found["rows"][number] != right[number] for number in right.keys() & found["rows"].keys())
    said = ((more, "more"), (fewer, "fewer"), (other, "other"))
    return f"{SILENT}: {', '.join(f'{count} {word}' for count, word in said if count)}"


def shown(text: str) -> str:
    """A text as a table of Markdown can show it."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    told = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
    told = told.replace("|", "\\|")
    return f"`{told}`" if told.strip() and "`" not in told else repr(told)

"""The pages as a reader follows them: files to write, commands to type, output to see, in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).parents[1]
GUIDES: Final = (
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))),
)
PROGRAMS: Final = ("cp", "dg", "docker", "etl-assets", "export", "make", "mkdir", "python", "rm", "source")

Kind = Literal["file", "shell", "sql", "shown"]

_STEP: Final = re.compile(
    r"^(?:`(?P<path>[\w./-]+)`:\n\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_TYPED: Final = re.compile(rf"(?:\w+=\S+ )*(?:{'|'.join(PROGRAMS)})\b(?! *[:=])")
_AT_A_TIME: Final = re.compile(r"(?:\S+ ){5} ?(?=\S)")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A block of a page.

    Args:
        kind: What a reader does with it: writes the file, types it, asks it of a database, or compares it.
        text: Its lines.
        path: The file that it is the text of.
    """

    kind: Kind
    text: str
    path: str = ""

    @property
    def commands(self) -> tuple[str, ...]:
        """Its lines that are commands; of a line for cron, the command."""
        lines = [line for line in self.text.splitlines() if line and not line.startswith("#")]
        return tuple(_AT_A_TIME.sub("", line, count=1) if line[0].isdigit() else line for line in lines)


def steps(name: str) -> Iterator[Step]:
    """What a page has for its reader to do; code that is to be read alone is left out."""
    for found in _STEP.finditer((ROOT / name).read_text(encoding="utf-8")):
        path, language, text = found.group("path", "language", "text")
        if path:
            yield Step(kind="file", text=text, path=path)
        elif language in {"", "sql"}:
            typed = any(_TYPED.match(line) for line in Step(kind="shell", text=text).commands[:1])
            is_cron = text.startswith("# at ")
            yield Step(kind="sql" if language else "shell" if typed or is_cron else "shown", text=text)

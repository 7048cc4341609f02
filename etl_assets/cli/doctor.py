"""``etl-assets doctor``: are the settings, the connections and the versions such that a run can work?"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from packaging.requirements import Requirement

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import extracted
from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.database.look import looked_at
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.connectors.files.landings import open_landing
from etl_assets.connectors.files.queue import open_queue
from etl_assets.errors import EtlError, SettingsError, SourceMissing, WarehouseError, sentences
from etl_assets.lake.lake import open_lake
from etl_assets.settings import Settings
from etl_assets.urls import shown_url
from etl_assets.warehouse.engines import Engine, open_engine

if TYPE_CHECKING:
    from etl_assets.connectors.database.source import Source

_ENOUGH_BYTES: Final = 1_000_000_000
_OLDEST_POSTGRES: Final = 13


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found of one thing.

    Args:
        what: The thing.
        ok: Whether it is as it should be.
        said: How it is.
        mend: How to put it right.
    """

    what: str
    ok: bool
    said: str
    mend: str = ""


class _TakenBackError(Exception):
    """Ends a transaction without a trace."""


@click.command(cls=Verb)
def doctor(*, as_json: bool) -> None:
    """Check settings, connections and versions, and say what to mend.

    Exits with 1 while there is something.
    """
    findings = [*_findings()]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = click.style("ok  ", fg="green") if finding.ok else click.style("mend", fg="red", bold=True)
            click.echo(f"{mark} {finding.what:<10} {sentences(finding.said, finding.mend)}")
    raise click.exceptions.Exit(0 if all(finding.ok for finding in findings) else 1)


def _findings() -> Iterator[Finding]:
    yield _found("python", _python)
    yield _found("packages", _packages)
    try:
        settings = Settings.read()
    except SettingsError as error:
        yield Finding(what="settings", ok=False, said=error.message, mend=error.mend)
        return
    yield Finding(what="settings", ok=True, said=f"home {settings.home}")
    yield _found("disk", lambda: _disk(settings.home))
    yield _found("landing", open_landing(settings.landing_url, settings.cache).told)
    if settings.landing_queue_url:
        yield _found("queue", open_queue(settings.landing_queue_url, settings.landing_url).told)
    yield _found("lake", open_lake(settings.lake_url, settings.cache).storage.probe)
    yield _found("processed", open_lake(settings.processed_url, settings.cache).storage.probe)
    yield _found("exports", lambda: _writable(settings.exports))
    for name, tables in extracted().items():
        yield _found(
            name,
            lambda name=name, tables=tables: _source(
                Sources(settings.sources, settings.source_limits).of(name), tables
            ),
        )
    yield _found("warehouse", lambda: _warehouse(open_engine(settings.warehouse_url)))
    yield _found("dagster", lambda: _dagster(settings.dagster_home))


def _found(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, ok=True, said=look())
    except EtlError as error:
        return Finding(what=what, ok=False, said=error.message, mend=error.mend)


def _python() -> str:
    return f"{sys.version.split()[0]} in {sys.prefix}"


def _packages() -> str:
    declared = [Requirement(text) for text in requires("etl-assets") or ()]
    wrong = [f"{need.name} {version(need.name)}" for need in declared if version(need.name) not in need.specifier]
    if wrong:
        message = f"Not the declared versions: {', '.join(wrong)}."
        raise SettingsError(message, mend="Install what requirements.lock names: make setup.")
    shown = ("dagster", "duckdb", "psycopg", "pyarrow", "sqlglot")
    return ", ".join(f"{name} {version(name)}" for name in shown)


def _disk(home: Path) -> str:
    free = shutil.disk_usage(_existing(home)).free
    if free < _ENOUGH_BYTES:
        message = f"Only {free / 1e9:.1f} GB are free where {home} is."
        raise SettingsError(message, mend="Make room, or set ETL_HOME to another disk.")
    return f"{free / 1e9:,.0f} GB free"


def _source(source: "Source", tables: Sequence[SourceTable]) -> str:
    try:
        return looked_at(source, tables)
    except SourceMissing as error:
        return f"not there yet: {error.message} {error.mend}"


def _writable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return str(folder)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}."
        raise SettingsError(message, mend="Correct the setting or the folder's permissions.") from error


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _warehouse(engine: Engine) -> str:
    if engine.file and not engine.exists():
        _writable(engine.file.parent)
        return f"{shown_url(engine.url)} is not there yet: a run makes it"
    with engine.reading() as session:
        name = session.value("select version()")
    refuse_old(name)
    with suppress(_TakenBackError), engine.writing():
        raise _TakenBackError
    return f"{shown_url(engine.url)} ({' '.join(name.split()[:2])})"


def refuse_old(name: str) -> None:
    """Refuse a server that is too old, by what it says of itself.

    Raises:
        WarehouseError: When it is.
    """
    if name.startswith("PostgreSQL ") and int(name.split()[1].split(".", maxsplit=1)[0]) < _OLDEST_POSTGRES:
        message = f"The warehouse is on {' '.join(name.split()[:2])}."
        raise WarehouseError(message, mend=f"PostgreSQL {_OLDEST_POSTGRES} or newer is needed.")


def _dagster(home: Path | None) -> str:
    if home is None:
        return "DAGSTER_HOME is unset: `etl-assets run` keeps no record of runs"
    if not (home / "dagster.yaml").is_file():
        message = f"DAGSTER_HOME is {home}, which has no dagster.yaml."
        raise SettingsError(message, mend="Set it to a folder with one, as the project's own, or unset it.")
    return f"runs are recorded as {home / 'dagster.yaml'} says"

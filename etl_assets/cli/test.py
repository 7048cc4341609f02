"""``etl-assets test``: play what ``sql/<warehouse>/tests`` gives, and compare with what it expects."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.graph import declared, warehouses
from etl_assets.cli.show import console, table
from etl_assets.errors import DeclarationError, EtlError
from etl_assets.names import SQL_ROOT
from etl_assets.warehouse.trials.play import Verdict, play
from etl_assets.warehouse.trials.trial import Row, Trial

_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Played:
    """A trial's outcome.

    Args:
        file: Where the trial is.
        verdict: What came of it; None when something refused it.
        columns: What it looks at.
        error: What refused it; empty else.
        seconds: How long it took.
    """

    file: Path
    verdict: Verdict | None
    columns: Sequence[str]
    error: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return self.verdict is not None and self.verdict.passed


@click.command(cls=Verb)
@click.argument("warehouse", nargs=-1)
@click.option("-k", "words", default="", help="Only the files whose name has this in it.")
def test(warehouse: tuple[str, ...], *, words: str, as_json: bool) -> None:
    """Try declarations on made-up files: each of sql/WAREHOUSE/tests says what lands and what follows.

    Without a WAREHOUSE, all of them. Nothing is read from, or written to, the warehouse.
    """
    there = [file for name in warehouses(warehouse) for file in _files(name)]
    files = [file for file in there if words in file.stem]
    if there and not files:
        message = f"No trial has {words!r} in its name."
        raise DeclarationError(message, mend=f"There are {', '.join(file.stem for file in there)}.")
    if not files:
        message = "There is nothing to try."
        raise DeclarationError(message, mend="Write sql/<warehouse>/tests/<what>.yaml, as docs/try-a-table.md shows.")
    played = [_played(file) for file in files]
    if as_json:
        print_json([_document(each) for each in played])
    else:
        for each in played:
            _show(each)
    raise click.exceptions.Exit(0 if all(each.passed for each in played) else 1)


def _files(warehouse: str) -> list[Path]:
    return sorted((SQL_ROOT / warehouse / "tests").glob("*.yaml"))


def _played(file: Path) -> Played:
    everything = declared(file.parent.parent.name)
    began, verdict, columns, error = perf_counter(), None, (), ""
    try:
        trial = Trial.read(file)
        columns = trial.columns
        verdict = play(trial, everything)
    except EtlError as failure:
        error = f"{failure.message} {failure.mend}".strip()
    return Played(file=file, verdict=verdict, columns=columns, error=error, seconds=perf_counter() - began)


def _show(played: Played) -> None:
    terminal = console()
    mark = "[green]ok[/]" if played.passed else "[red]failed[/]"
    terminal.print(f"{mark} {played.file.parent.parent.name}: {played.file.stem} ({played.seconds:.2f} s)")
    if played.error:
        terminal.print(f"  {played.error}", markup=False)
    for what, rows in _differences(played.verdict):
        if rows:
            terminal.print(f"  {what}: {len(rows)} row{'' if len(rows) == 1 else 's'}")
            shown = [["NULL" if part is None else part for part in row] for row in rows[:_SHOWN]]
            terminal.print(table(played.columns, shown, left=len(played.columns)))


def _differences(verdict: Verdict | None) -> list[tuple[str, Sequence[Row]]]:
    return [("missing", verdict.missing), ("not expected", verdict.unexpected)] if verdict else []


def _document(played: Played) -> dict[str, Any]:
    return {
        "file": str(played.file),
        "passed": played.passed,
        "error": played.error,
        "columns": played.columns,
        **{what.replace(" ", "_"): rows for what, rows in _differences(played.verdict)},
        "seconds": round(played.seconds, 3),
    }

"""What every verb has: ``--json``, ``--debug``, and one clear line for a failure."""

import errno
import json
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from etl_assets.errors import EtlError, sentences
from etl_assets.names import DEFS_ROOT

_DEBUG: Final = "etl_assets.debug"


class Verb(click.Command):
    """A command that shows a failure in one line, with the way to put it right, and exits with 1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        """Add the options to the command's own."""
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document."),
            click.Option(["--debug"], is_flag=True, help="Show where a failure comes from."),
        ]

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        debug, as_json = ctx.params.pop("debug"), ctx.params["as_json"]
        ctx.meta[_DEBUG] = debug
        try:
            return super().invoke(ctx)
        except EtlError as error:
            if debug:
                raise
            _fail(error.message, error.mend, as_json=as_json)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if debug or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            root = _root(error)
            if isinstance(root, EtlError):
                _fail(root.message, root.mend, as_json=as_json)
            if place := _declared_at(root):
                _fail(f"{place}: {_said(root)}.", "Correct it.", as_json=as_json)
            message = f"Something unforeseen happened: {_said(error)}"
            _fail(message, "Run it again with --debug to see where.", as_json=as_json)


def shows_traces() -> bool:
    """Whether ``--debug`` was given."""
    return click.get_current_context().meta.get(_DEBUG, False)


def print_error(message: str) -> None:
    """Print one line about a failure."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)


def print_json(document: object) -> None:
    """Print a document for machines."""
    click.echo(json.dumps(document, default=str, indent=2, ensure_ascii=False))


def _fail(message: str, mend: str, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"error": message, "mend": mend})
    else:
        print_error(sentences(message, mend))
    raise click.exceptions.Exit(1)


def _root(error: BaseException) -> BaseException:
    """What an error comes from: Dagster wraps what goes wrong in some declarations into one of its own."""
    return _root(error.__cause__) if error.__cause__ else error


def _said(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {next(iter(text.splitlines()), 'no message')}"


def _declared_at(error: BaseException) -> str:
    """The file and line of a declaration that cannot be read; empty when the error comes from elsewhere."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    own = [(path, line) for name, line in places if (path := Path(name)).is_relative_to(DEFS_ROOT)]
    return f"{own[-1][0].relative_to(DEFS_ROOT.parents[1])}, line {own[-1][1]}" if own else ""

"""What every verb has: ``--json``, ``--debug``, and one clear line for a failure."""

import errno
import json
from typing import Any, Final, NoReturn

import click

from etl_assets.errors import EtlError, sentences

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
            message = f"Something unforeseen happened: {type(error).__name__}: {_first_line(error)}"
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


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "no message")

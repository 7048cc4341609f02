"""The ``etl-assets`` command: one file a verb, imported when the verb is used."""

from importlib import import_module
from typing import Final

import click

VERBS: Final = {
    "demo": "Make sample sources, run everything, say what was built.",
    "sample": "Write sample sources to try things on.",
    "run": "Extract what is new and bring every table up to date.",
    "query": "Ask the warehouse, without changing it.",
    "status": "Say what is loaded, how fresh it is, what is waiting, what failed.",
    "alive": "Say whether Dagster's daemon works.",
    "quarantine": "Show what could not be loaded and why; load it again once the rule or the file is right.",
    "catalogue": "Show the columns of extracted tables as they were seen; accept those that were refused.",
    "reconcile": "Compare extracted tables with their source, row by row; bring in what differs.",
    "backfill": "Bring what was extracted on some days into the warehouse again, from the lake.",
    "restate": "Compute tables again from all that was observed, and write what differs.",
    "rebuild": "Make warehouses again from the lake, and swap them in when they are whole.",
    "test": "Try declarations on made-up files, written down as data.",
    "doctor": "Check settings, connections and versions; say what to mend.",
}
"""What each verb does; it is in the file of the same name."""


class Verbs(click.Group):
    """The verbs; help does not import them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        del ctx
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        del ctx
        return getattr(import_module(f"etl_assets.cli.{cmd_name}"), cmd_name) if cmd_name in VERBS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them, with what they do."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([*VERBS.items()])


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="etl-assets", message="etl-assets %(version)s")
def command() -> None:
    """Warehouses whose history is right even when data is late.

    Settings are environment variables; `etl-assets doctor` shows them.
    """


def main() -> None:
    """Run the command."""
    command(prog_name="etl-assets")

"""The help texts in ``docs/command.md``: ``python -m etl_assets_tests.command_page`` puts them in anew."""

import re
from pathlib import Path

import click
from click.testing import CliRunner

from etl_assets.cli import command

PAGE = Path(__file__).parents[1] / "docs" / "command.md"
_PLACE = re.compile(r"<!-- help ?([\w ]*) -->\n.*?<!-- /help -->", re.DOTALL)


def help_of(verb: str) -> str:
    """What ``etl-assets <verb> --help`` prints, at a width that fits a page."""
    asked = CliRunner().invoke(command, [*verb.split(), "--help"], prog_name="etl-assets", terminal_width=100)
    assert asked.exit_code == 0, asked.output
    return asked.output.strip()


def with_help(text: str) -> str:
    """The page with every help text put in its place."""

    def put(place: re.Match[str]) -> str:
        begin = place[0].partition("\n")[0]
        return f"{begin}\n\n```\n{help_of(place[1])}\n```\n\n<!-- /help -->"

    return _PLACE.sub(put, text)


if __name__ == "__main__":
    PAGE.write_text(with_help(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    click.echo(f"{PAGE} is as the command says.")

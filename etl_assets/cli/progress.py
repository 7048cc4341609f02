"""A bar that fills while a run goes on."""

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from etl_assets.cli.outcome import Outcome
from etl_assets.cli.show import console


class Progress:
    """A bar on the terminal's error stream; nothing where there is no terminal."""

    def __init__(self, *, show: bool) -> None:
        """Make the bar.

        Args:
            show: Whether a person is looking on.
        """
        terminal = console(stderr=True)
        self._bar = Bar(
            SpinnerColumn(),
            MofNCompleteColumn(),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=terminal,
            transient=True,
            disable=not (show and terminal.is_terminal),
        )
        self._task = self._bar.add_task("loading the definitions", total=None)

    def __enter__(self) -> Self:
        """Show it."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        self._bar.stop()

    def plan(self, assets: int) -> None:
        """So many assets are to come."""
        self._bar.update(self._task, total=assets)

    def tell(self, outcome: Outcome) -> None:
        """An asset has begun or ended."""
        if outcome.state == "running":
            self._bar.update(self._task, description=outcome.asset)
        else:
            self._bar.advance(self._task)

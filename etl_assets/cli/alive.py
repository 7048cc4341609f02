"""``etl-assets alive``: does Dagster's daemon work? Dagster itself says so only after half an hour."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import click
import dagster as dg

from etl_assets.cli.border import Verb, print_json
from etl_assets.cli.show import console, table
from etl_assets.errors import SettingsError
from etl_assets.settings import Settings

_WITHIN_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """One of the daemon's parts.

    Args:
        daemon: Dagster's name of it.
        seconds: Since it last said that it works; None when it never did.
        ok: Whether that is recent enough.
    """

    daemon: str
    seconds: float | None
    ok: bool


@click.command(cls=Verb)
@click.option(
    "--within", default=_WITHIN_SECONDS, show_default=True, metavar="SECONDS", help="How old a sign of life may be."
)
def alive(*, within: int, as_json: bool) -> None:
    """Say whether every part of Dagster's daemon has worked lately, for health checks and monitors.

    Exits with 1 when one has not.
    """
    home = Settings.read().dagster_home
    if home is None or not home.is_dir():
        message = "DAGSTER_HOME names no folder, so there is no daemon to ask for."
        raise SettingsError(message, mend="Set it to the daemon's: with make dev, the project's folder.")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        found = [*pulses(instance, within=within, now=time.time())]
    if as_json:
        print_json([asdict(pulse) for pulse in found])
    else:
        rows = [(pulse.daemon, pulse.seconds, "ok" if pulse.ok else "silent") for pulse in found]
        console().print(table(("daemon", "seconds ago", ""), rows))
    raise click.exceptions.Exit(0 if all(pulse.ok for pulse in found) else 1)


def pulses(instance: dg.DagsterInstance, *, within: float, now: float) -> Iterable[Pulse]:
    """When each part of the daemon that an instance needs last said that it works.

    Args:
        instance: Dagster's records.
        within: How many seconds ago is recent enough.
        now: Seconds since 1970.
    """
    statuses = instance.get_daemon_statuses()
    for name in sorted(instance.get_required_daemon_types()):
        heartbeat = statuses[name].last_heartbeat if name in statuses else None
        seconds = None if heartbeat is None else max(now - heartbeat.timestamp, 0.0)
        yield Pulse(daemon=name, seconds=seconds, ok=seconds is not None and seconds <= within)

"""The code location, in more of a hurry: totesys is extracted each minute, and late after seconds."""

from dataclasses import replace
from datetime import timedelta

from etl_assets.definitions import defs
from etl_assets.defs.totesys import automation

automation.EXTRACTS = replace(  # pyright: ignore[reportConstantRedefinition] - for the daemon of a test
    automation.EXTRACTS, cron="* * * * *", late=timedelta(seconds=100), promised=timedelta(seconds=150)
)

__all__ = ["defs"]

"""A file whose rows cannot be told apart."""

from etl_assets.errors import SourceError


class Unreadable(SourceError):
    """The file as a whole goes to the quarantine; the message is the reason, fit to follow its name."""

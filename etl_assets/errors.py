"""What can go wrong, named, each with the way to put it right.

EtlError
├── SettingsError          a variable that cannot be used
├── DeclarationError       a table, model or check declared wrongly
├── SourceError            a source cannot be read
│   ├── SourceMissing      it is a file that is not there
│   ├── SourceStalled      its connection made no progress and was ended
│   └── SchemaChanged      a table of it has other columns than before
├── LakeError              the lake is not as its manifests say
├── WarehouseError         the database refuses, or cannot be reached
│   ├── WarehouseBusy      another program holds it
│   └── KeyCollision       two rows of a dimension would have one surrogate key
├── LoadRefused            a load that must not go on
│   └── FileRefused        because of one file
└── AuditFailed            new rows break a blocking check
"""


def sentences(message: str, mend: str) -> str:
    """What went wrong and how to put it right, as one line."""
    stop = "" if not mend or message.endswith((".", "!", "?", ":")) else "."
    return f"{message}{stop} {mend}".strip()


class EtlError(Exception):
    """A failure that the project names.

    Args:
        message: What went wrong, in one line.
        mend: How to put it right, in one line; empty when the message says it.
    """

    def __init__(self, message: str, *, mend: str = "") -> None:
        """Keep the message and the mend apart, so that each border can show both."""
        super().__init__(sentences(message, mend))
        self.message = message
        self.mend = mend


class SettingsError(EtlError):
    """A setting has a value that cannot be used."""


class DeclarationError(EtlError):
    """A table, model or check is declared in a way that cannot work."""


class SourceError(EtlError):
    """A source cannot be read."""


class SourceMissing(SourceError):
    """A source is a file that is not there."""


class SourceStalled(SourceError):
    """A connection to a source made no progress, so it was ended."""


class SchemaChanged(SourceError):
    """A source's table has lost, renamed or retyped a column, so nothing more is taken of it."""


class LakeError(EtlError):
    """The lake is not what its manifests say."""


class WarehouseError(EtlError):
    """The warehouse refuses a statement or cannot be reached."""


class WarehouseBusy(WarehouseError):
    """Another program holds the warehouse."""


class KeyCollision(WarehouseError):
    """Two rows of a dimension would have the same surrogate key."""


class LoadRefused(EtlError):
    """A load would lose, double or guess rows, so it does not happen."""


class FileRefused(LoadRefused):
    """A load cannot go on with one of its files.

    Args:
        message: As of every failure.
        file_id: The delivery.
        path: Its path, which the load knows.
        why: What is wrong with it, as the quarantine says it.
        mend: As of every failure.
    """

    def __init__(self, message: str, *, file_id: int, why: str, mend: str) -> None:
        """Keep what a load needs to go on without the file."""
        super().__init__(message, mend=mend)
        self.file_id = file_id
        self.path = ""
        self.why = why


class AuditFailed(EtlError):
    """New rows break a blocking check; the table stands as it was."""

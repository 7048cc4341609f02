"""What a load's statements write, held against what was counted before: a row that is lost on the way is found."""

from etl_assets.errors import LoadRefused


def refuse_difference(dataset: str, what: str, *, counted: int, written: int) -> None:
    """Refuse a load whose statement wrote other rows than it should.

    Args:
        dataset: What is loaded.
        what: The rows, or the statement.
        counted: How many there should be.
        written: How many the engine says; -1 where it does not say.

    Raises:
        LoadRefused: When they differ.
    """
    if written not in {counted, -1}:
        message = f"{dataset}: {written} instead of {counted} rows in {what}."
        raise LoadRefused(message, mend="This is a fault of etl_assets: please report it.")

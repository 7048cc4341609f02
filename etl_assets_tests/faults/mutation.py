"""A fault that somebody could make, and the test that sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One fault.

    Args:
        fault: What goes wrong, in words.
        file: Where, from the project's root.
        old: The text that stands there, once.
        new: The text with the fault.
        test: A test that fails then, below the tests' folder.
    """

    fault: str
    file: str
    old: str
    new: str
    test: str

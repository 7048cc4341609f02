"""What the tests do to a run: kill it, break the code under it."""

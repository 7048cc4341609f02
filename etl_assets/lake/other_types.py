"""Files of one load whose columns have different types."""


class OtherTypes(Exception):
    """A file has a column with another type than the files before it in its load; it needs a load of its own."""

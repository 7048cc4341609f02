"""Models: one SQL file a table, its kind of history, its checks, and the way it is built and published."""

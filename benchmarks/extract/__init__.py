r"""Sales orders out of PostgreSQL into the lake, and from there into staging, beside ``psql \copy`` and dlt."""

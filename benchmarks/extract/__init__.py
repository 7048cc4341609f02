r"""Sales orders out of PostgreSQL into the lake, beside ``psql \copy`` of the same rows."""

"""Tables of a database into the lake, on a real PostgreSQL and a SQLite file."""

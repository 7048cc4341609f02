"""What is measured beside ours: DuckDB's own readers, and dlt in an environment of its own."""

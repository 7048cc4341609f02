"""A source against its warehouse, on real servers."""

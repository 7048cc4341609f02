"""The totesys warehouse."""

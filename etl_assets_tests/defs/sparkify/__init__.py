"""The sparkify warehouse."""

"""The torture set on this project and, a file for each probe, on other tools; the page ``docs/torture.md``."""

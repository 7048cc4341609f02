"""Side-by-side measurements and comparisons, each one command."""

"""Types that a ``defs.yaml`` may name."""

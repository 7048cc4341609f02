"""Properties that hold for every history, and the strategies that make the histories."""

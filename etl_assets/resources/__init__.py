"""What assets are given to work with, each built from the settings when a run starts."""

"""Sample sources: exports as the real systems write them, the same for the same seed on every machine."""

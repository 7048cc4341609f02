"""What runs in a tool's own environment; imports nothing of this project but the exchange of two files."""

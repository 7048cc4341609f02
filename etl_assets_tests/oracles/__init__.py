"""What is right, worked out in plain Python: knows no SQL and imports nothing of the package it judges."""

"""Tests of the warehouse project: they mirror its tree."""

"""Tests of documents that are laid out in tables."""

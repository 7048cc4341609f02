"""Tests of files that land."""

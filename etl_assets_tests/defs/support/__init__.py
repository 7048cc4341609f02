"""Tests of the support warehouse, run through Dagster as a person runs it."""

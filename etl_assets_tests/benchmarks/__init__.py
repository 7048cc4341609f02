"""Tests of the benchmarks that are also tests of the project."""

"""Trials: what is tried is itself tried."""

"""The warehouse without Dagster: engines, ledger, load, history and models."""

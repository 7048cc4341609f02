"""Warehouses on Dagster whose history is right even when data is late."""

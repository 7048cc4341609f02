"""What Dagster loads: one folder a warehouse."""

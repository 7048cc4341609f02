"""What people are told, and where: one file a channel. Knows neither Dagster nor a warehouse."""

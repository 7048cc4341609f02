"""Functions that make Dagster definitions from declarations. The work itself is done below, without Dagster."""

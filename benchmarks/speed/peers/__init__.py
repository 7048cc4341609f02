"""Other tools over the same rows, each in the environment that ``benchmarks.history.environments`` makes."""

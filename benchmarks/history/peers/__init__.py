"""Other tools, each driven by a runner in a virtual environment of its own; see ``environments.py`` for how.

A runner is started there as ``python -m benchmarks.history.peers.<tool> <request> <answer>``. It imports nothing of
this project but ``benchmarks.history.peers.exchange``, which needs the standard library alone.
"""

"""Dagster as it runs for a team: a code server, a daemon and a web server, each a process that may be killed."""

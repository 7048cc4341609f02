"""Trials: files that somebody makes up, and the rows that have to follow from them, as data."""

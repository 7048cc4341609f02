"""Tests of the warehouse dms, with the real files and with made ones."""

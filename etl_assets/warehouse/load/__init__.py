"""The load: from the lake's text to typed staging tables, with a quarantine for what does not fit."""

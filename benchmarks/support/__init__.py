"""The support warehouse at any scale: how long its whole chain takes, and where the seconds go."""

"""Version 1 of the public API, one resource per module."""
